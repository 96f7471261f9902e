import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import { isLocked, lockHolderIn, sqlText } from './log-database.ts';
import { type ByKind, byKind, hotTableName } from './record-kind.ts';
import type { StoredDirectory } from './stored-directory.ts';

/** What a `log.duckdb` has to say beside the lake. */
export interface AttachedLog {
  /** Tables of rows that are not exported. */
  readonly tables: ByKind<readonly string[]>;
  /** Files that a crash left behind half-way: their rows are still in the tables. */
  readonly uncommitted: ReadonlySet<string>;
  /** Files that it exported, all of them where they belong. */
  readonly exported: readonly string[];
  readonly remark: string | null;
}

/**
 * Attaches the log's file for reading, as the database `name`. Where a server holds it, its rows of the last hours are
 * out of reach, and the remark says so.
 */
export async function attachLog(
  connection: DuckDBConnection,
  { logFile, lake, path }: StoredDirectory,
  name: string,
): Promise<AttachedLog> {
  const nothing = { tables: byKind(() => []), uncommitted: new Set<string>(), exported: [] };
  if (logFile === null) return { ...nothing, remark: null };
  try {
    await connection.run(`ATTACH ${sqlText(logFile)} AS ${name} (READ_ONLY)`);
  } catch (cause) {
    const reason = sentenceOf(cause);
    if (!isLocked(reason)) throw new Error(`${logFile} cannot be read: ${reason}`, { cause });
    return {
      ...nothing,
      remark: `${logFile} is held by ${lockHolderIn(reason)}, a server most likely: its rows of the last hours are not in this report; ask that server (--url), or stop it`,
    };
  }
  const present = await connection.runAndReadAll(
    `SELECT table_name FROM duckdb_tables() WHERE database_name = ${sqlText(name)}`,
  );
  const tables = new Set(present.getRows().map(([table]) => String(table)));
  const files = tables.has('lake_files')
    ? (await connection.runAndReadAll(`SELECT path, exported_ts IS NULL FROM ${name}.lake_files`)).getRows()
    : [];
  const root = lake ?? join(path, 'lake');
  const where = (planned: boolean) =>
    files.filter((file) => file[1] === planned).map(([part]) => join(root, String(part)));
  return {
    tables: byKind((kind) => (tables.has(hotTableName(kind)) ? [`${name}.${hotTableName(kind)}`] : [])),
    uncommitted: new Set(where(true)),
    exported: where(false),
    remark: null,
  };
}
