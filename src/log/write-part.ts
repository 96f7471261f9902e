import { mkdir, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { HotTable } from './hot-table.ts';
import { temporaryName } from './lake-path.ts';
import { sqlText, sqlTimestamp } from './log-database.ts';
import { type RecordKind, timeColumn } from './record-kind.ts';
import { runStepwise } from './run-stepwise.ts';
import { trafficSumColumns } from './traffic-columns.ts';

const hourMilliseconds = 3_600_000;

export interface ModelHour {
  readonly kind: RecordKind;
  readonly model: string;
  readonly hourMs: number;
}

/**
 * Writes the hot rows of an hour to `<root>/<path>`, durably: temporary name, sync, rename, sync of the
 * directories. Resolves with the rows in the file. Traffic is summed by key, so that the file is small.
 */
export async function writePart(
  connection: DuckDBConnection,
  table: HotTable,
  hour: ModelHour,
  root: string,
  path: string,
): Promise<number> {
  const directory = join(root, dirname(path));
  const temporary = join(directory, temporaryName(basename(path)));
  await mkdir(directory, { recursive: true });
  const prepared = await connection.prepare(
    `COPY (${selectionOf(table, hour)}) TO ${sqlText(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const result = await runStepwise(prepared);
  const rows = Number((await result.getRows())[0]?.[0]);
  await syncPath(temporary);
  await rename(temporary, join(root, path));
  for (let parent = directory; parent.length >= root.length; parent = dirname(parent)) await syncPath(parent);
  return rows;
}

/** The condition that picks the hour's rows in the hot table. */
export function rowsOfHour({ kind, model, hourMs }: ModelHour): string {
  const time = timeColumn[kind];
  return `model = ${sqlText(model)} AND ${time} >= ${sqlTimestamp(hourMs)}
    AND ${time} < ${sqlTimestamp(hourMs + hourMilliseconds)}`;
}

function selectionOf(table: HotTable, hour: ModelHour): string {
  const from = `FROM ${table.name} WHERE ${rowsOfHour(hour)}`;
  if (hour.kind !== 'traffic') return `SELECT * ${from} ORDER BY ${timeColumn[hour.kind]}`;
  return `${summedTraffic(table)} ${from} GROUP BY ALL`;
}

/** Select list that sums what adds up and groups by the rest. */
export function summedTraffic(table: HotTable): string {
  const sums = new Set(trafficSumColumns.map((column) => column.name));
  const list = table.columns.map(({ name }) =>
    sums.has(name) ? `sum("${name}")::BIGINT AS "${name}"` : `"${name}"`,
  );
  return `SELECT ${list.join(', ')}`;
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
