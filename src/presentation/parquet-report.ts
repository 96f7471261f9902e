import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBValue, timestampValue } from '@duckdb/node-api';
import type { Report } from '../analysis/report/report.ts';
import { type ParquetColumn, type ParquetRow, parquetColumns } from './parquet-columns.ts';

/**
 * The report as a Parquet file: a row for all traffic, with no segment, and one for each listed segment, in the report's order.
 * Written by a DuckDB of its own, in memory, to a temporary file: it writes Parquet to files alone.
 */
export async function parquetReport(report: Report): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-report-'));
  try {
    const file = join(folder, 'report.parquet');
    await write(file, rowsOf(report));
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function rowsOf(report: Report): ParquetRow[] {
  const all: ParquetRow = { report, segment: null, block: report.overall };
  return [all, ...report.segments.map((segment) => ({ report, segment, block: segment.block }))];
}

async function write(file: string, rows: readonly ParquetRow[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  try {
    const connection = await instance.connect();
    const columns = parquetColumns.map(({ name, type }) => `${name} ${type}`).join(', ');
    await connection.run(`CREATE TABLE report (${columns})`);
    const appender = await connection.createAppender('report');
    for (const row of rows) {
      for (const column of parquetColumns) appender.appendValue(cellOf(column, row), column.type);
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(`COPY report TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

function cellOf({ type, read }: ParquetColumn, row: ParquetRow): DuckDBValue {
  const value = read(row) ?? null;
  if (typeof value === 'number' && String(type) === 'BIGINT') return BigInt(Math.round(value));
  // Microseconds.
  if (typeof value === 'string' && String(type) === 'TIMESTAMP') {
    return timestampValue(BigInt(Date.parse(value)) * 1000n);
  }
  return value;
}
