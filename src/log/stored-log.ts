import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { counted } from '../protocol/quoting.ts';
import { type AttachedLog, attachLog } from './attached-log.ts';
import type { LogReader, Query } from './comparison-log.ts';
import { LogTables } from './log-tables.ts';
import { createViews } from './log-views.ts';
import { byKind } from './record-kind.ts';
import { QueryRunner } from './run-query.ts';
import {
  readStoredDirectory,
  type StoredDirectory,
  type StoredFile,
  storedFiles,
} from './stored-directory.ts';
import { unreadableFiles } from './unreadable-files.ts';
import { usableFiles } from './usable-files.ts';

/** Logs that no server has open, as one: the same views, for reading. */
export interface StoredLog extends LogReader, AsyncDisposable {
  /** Over the same views, for answers too long to be held. */
  readonly connection: DuckDBConnection;
  /** Of all Parquet files. */
  readonly bytes: number;
  /** What a reader should know of what is in it, a sentence each. */
  readonly remarks: readonly string[];
  /** A sentence for each file that should be in it and is not. */
  readonly leftOut: readonly string[];
  /** Reads all of it, to find what made a query fail: a sentence for each file that is damaged inside. */
  findDamage(): Promise<readonly string[]>;
}

/**
 * Opens data directories of servers and lakes together, in a DuckDB of its own in memory: nothing in them is changed.
 * A Parquet file that is there twice is read once.
 *
 * @throws with a sentence where there is no log in a directory, or where rows would count twice
 */
export async function openStoredLog(directories: readonly string[]): Promise<StoredLog> {
  const database = await DuckDBInstance.create(':memory:', {
    temp_directory: join(tmpdir(), `understudy-log-${process.pid}`),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  await using opened = new AsyncDisposableStack();
  opened.defer(() => database.closeSync());
  const connection = await database.connect();
  opened.defer(() => connection.closeSync());
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run('SET GLOBAL parquet_metadata_cache = true');
  const contents = await contentsOf(connection, await distinct(directories));
  await LogTables.open(connection);
  const { files, logs } = contents;
  await createViews(
    connection,
    byKind((kind) => files.filter((file) => file.kind === kind).map(({ path }) => path)),
    byKind((kind) => logs.flatMap(({ tables }) => tables[kind])),
    logs.length > 1 ? 'time' : 'seq',
  );
  const queries = new QueryRunner(database);
  opened.defer(() => queries.close());
  if (logs.length > 1) await refuseRowsTwice(queries.query);
  const parts = opened.move();
  return {
    query: queries.query,
    openSession: () => queries.openSession(),
    connection,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    remarks: contents.remarks,
    leftOut: contents.leftOut,
    findDamage: () =>
      unreadableFiles(
        connection,
        files.map(({ path }) => path),
      ),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function distinct(directories: readonly string[]): Promise<StoredDirectory[]> {
  const read = await Promise.all(directories.map(readStoredDirectory));
  return [...new Map(read.map((directory) => [directory.path, directory])).values()];
}

interface Contents {
  readonly logs: readonly AttachedLog[];
  readonly files: readonly StoredFile[];
  readonly remarks: readonly string[];
  readonly leftOut: readonly string[];
}

async function contentsOf(
  connection: DuckDBConnection,
  directories: readonly StoredDirectory[],
): Promise<Contents> {
  const logs: AttachedLog[] = [];
  const files: StoredFile[] = [];
  const remarks: string[] = [];
  const leftOut: string[] = [];
  for (const [index, directory] of directories.entries()) {
    const log = await attachLog(connection, directory, `log_${index}`);
    logs.push(log);
    if (log.remark !== null) remarks.push(log.remark);
    const found = directory.lake === null ? { files: [], foreign: [] } : await storedFiles(directory.lake);
    leftOut.push(
      ...found.foreign.map((path) => `${path} is left out: it is in none of the folders of a log`),
    );
    const present = new Set(found.files.map(({ path }) => path));
    const missing = log.exported.filter((path) => !present.has(path));
    if (missing.length > 0) {
      remarks.push(
        `${counted(missing.length, 'exported file')} of ${directory.path} ${missing.length === 1 ? 'is' : 'are'} not there any more (${missing[0]}); the report goes on without`,
      );
    }
    files.push(...found.files.filter(({ path }) => !log.uncommitted.has(path)));
  }
  const once = withoutCopies(files);
  if (once.length < files.length) {
    remarks.push(
      `${counted(files.length - once.length, 'file')} of the same name and size as others: read once`,
    );
  }
  const usable = await usableFiles(connection, once);
  return { logs, files: usable.files, remarks, leftOut: [...leftOut, ...usable.refusals] };
}

/** The name of a part holds its server's start and a number: two of one name and size are copies. */
function withoutCopies(files: readonly StoredFile[]): StoredFile[] {
  const seen = new Set<string>();
  return files.filter(({ isPart, part, bytes }) => {
    const key = `${part} ${bytes}`;
    if (!isPart || !seen.has(key)) {
      seen.add(key);
      return true;
    }
    return false;
  });
}

/** A copied directory whose hours were exported since: its traffic would count twice, and nothing could tell. */
async function refuseRowsTwice(query: Query): Promise<void> {
  const [row] = await query('SELECT count(event_id) - count(DISTINCT event_id) AS twice FROM comparisons');
  const twice = Number(row?.twice ?? 0);
  if (twice === 0) return;
  throw new Error(
    `${counted(twice, 'compared row')} would count twice: the logs hold the same events in different files, so one of them is a copy of another; give each log once`,
  );
}
