import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ComparisonLog } from '../../src/log/comparison-log.ts';
import { type ComparisonLogOptions, openComparisonLog } from '../../src/log/open-comparison-log.ts';
import { fourOClock, hourMs } from './sample-records.ts';

export interface Report {
  readonly level: 'info' | 'warn' | 'error';
  readonly object: object;
  readonly message: string;
}

export function temporaryDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'understudy-log-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A log in the directory that flushes and exports only when told to, at 08:00 by its clock. */
export async function openTestLog(
  directory: string,
  options: Partial<ComparisonLogOptions> = {},
): Promise<{ log: ComparisonLog; reports: Report[] } & AsyncDisposable> {
  const reports: Report[] = [];
  const record = (level: Report['level']) => (object: object, message: string) =>
    void reports.push({ level, object, message });
  const log = await openComparisonLog({
    directory,
    instance: 'test',
    logger: { info: record('info'), warn: record('warn'), error: record('error') },
    flushIntervalMs: 3_600_000,
    exportCheckIntervalMs: 3_600_000,
    now: () => fourOClock + 4 * hourMs,
    ...options,
  });
  return { log, reports, [Symbol.asyncDispose]: () => log.close() };
}

export function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

/** Reads as another program would: a DuckDB of its own, in memory. */
export async function askElsewhere(sql: string) {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
