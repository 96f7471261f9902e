import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import { isDamage, setAsideDamaged } from './damaged-log.ts';
import type { Report } from './log-message.ts';
import { memoryLimits } from './memory-limits.ts';
import { runStepwise } from './run-stepwise.ts';
import { startHelpers } from './start-helpers.ts';

/**
 * Opens `<directory>/log.duckdb`.
 *
 * A query runs where `run-query.ts` steps it, on the log thread itself, and on so many helpers beside it.
 * Checkpoints are made after exports, and in a commit whenever the write-ahead log has reached 128 MB (some quarter of a million rows):
 * rows in the file take a tenth of the memory, which can be given back. One of 2 GB kept commits waiting for 15 s, these for less than one.
 * A damaged log is set aside (`damaged-log.ts`): nobody could be served else.
 * After opening, nothing outside the directory can be read or written through SQL, nor anything downloaded.
 */
export async function openLogDatabase(
  directory: string,
  helpers: number,
  report: Report,
): Promise<DuckDBInstance> {
  const file = join(directory, 'log.duckdb');
  const database = await openOrSetAside(file, report);
  const connection = await database.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run('SET GLOBAL parquet_metadata_cache = true');
  await connection.run(`SET GLOBAL allowed_directories = [${sqlText(`${directory}/`)}]`);
  await connection.run('SET GLOBAL enable_external_access = false');
  // Else what a thread has freed stays the process's until that thread frees more. Stepped here, it begins on the log's thread and
  // yields as that one does.
  await runStepwise(await connection.prepare('SET GLOBAL allocator_background_threads = true'));
  connection.closeSync();
  await startHelpers(database, helpers);
  return database;
}

/** The write-ahead log may turn out damaged first, the file after it. */
const mostSetAside = 2;

async function openOrSetAside(file: string, report: Report): Promise<DuckDBInstance> {
  for (let setAside = 0; ; setAside++) {
    try {
      return await openFile(file);
    } catch (error) {
      const reason = sentenceOf(error);
      if (setAside === mostSetAside || !isDamage(reason)) throw openingError(file, error);
      await setAsideDamaged(file, reason, report);
    }
  }
}

function openFile(file: string): Promise<DuckDBInstance> {
  return DuckDBInstance.create(file, {
    threads: '1',
    memory_limit: `${memoryLimits().everyday}MiB`,
    checkpoint_threshold: '128MB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
}

function openingError(file: string, error: unknown): Error {
  const reason = sentenceOf(error);
  if (!isLocked(reason)) {
    return new Error(`The comparison log ${file} cannot be opened: ${reason}`, { cause: error });
  }
  return new Error(
    `The comparison log ${file} is held by ${lockHolderIn(reason)}, and only one server can have it open: ` +
      'stop that server, ask it over HTTP instead, or start this one with another data directory (--data).',
    { cause: error },
  );
}

/** Whether DuckDB's sentence says that another process has the file open. */
export function isLocked(reason: string): boolean {
  return reason.includes('Could not set lock');
}

/** Who holds the file, from DuckDB's sentence about its lock. */
export function lockHolderIn(reason: string): string {
  const holder = /\(PID (\d+)\)/.exec(reason)?.[1];
  return holder === undefined ? 'another process' : `the process ${holder}`;
}

/** A literal for SQL that takes no parameters (COPY, SET, views). */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function sqlTimestamp(milliseconds: number): string {
  return `TIMESTAMP '${new Date(milliseconds).toISOString().slice(0, 23).replace('T', ' ')}'`;
}

/** Commits what `work` did, or none of it. */
export async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN TRANSACTION');
  const result = await orRollback(connection, work);
  // A COMMIT that fails has already rolled back.
  await connection.run('COMMIT');
  return result;
}

/** For a transaction that is open: undoes it where `work` fails. */
export async function orRollback<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (reason) {
    await connection.run('ROLLBACK').catch((error) => {
      throw new Error(`${sentenceOf(reason)} (and rolling back failed: ${sentenceOf(error)})`, {
        cause: reason,
      });
    });
    throw reason;
  }
}
