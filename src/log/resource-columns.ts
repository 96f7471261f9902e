import {
  BIGINT,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import { chunkRows } from './append-chunks.ts';
import { timestampOf } from './comparison-columns.ts';
import type { HotTable, TableColumn } from './hot-table.ts';
import type { ResourceRow } from './resource-row.ts';

interface ResourceColumn extends TableColumn {
  readonly read: (row: ResourceRow) => DuckDBValue;
}

function column(name: string, type: DuckDBType, read: ResourceColumn['read']): ResourceColumn {
  return { name, type, read };
}

function whole(name: string, read: (row: ResourceRow) => number | null): ResourceColumn {
  return column(name, BIGINT, (row) => {
    const value = read(row);
    // What is no number must not keep everything behind it from being written.
    return value === null || !Number.isFinite(value) ? null : BigInt(Math.round(value));
  });
}

/** The record as docs/comparison-log.md lists it. */
export const resourceColumns: readonly ResourceColumn[] = [
  column('ts', TIMESTAMP, (row) => timestampOf(row.timestampMs)),
  column('model', VARCHAR, (row) => row.model),
  column('version', VARCHAR, (row) => row.version),
  column('role', VARCHAR, (row) => row.role),
  column('component', VARCHAR, (row) => row.component),
  column('interval_ms', DOUBLE, (row) => row.intervalMs),
  whole('n_rows', (row) => row.rows),
  whole('n_executions', (row) => row.executions),
  column('cpu_us', DOUBLE, (row) => row.cpuMicroseconds),
  column('queue_us', DOUBLE, (row) => row.queueMicroseconds),
  column('compute_us', DOUBLE, (row) => row.computeMicroseconds),
  column('gpu_us', DOUBLE, (row) => row.gpuMicroseconds),
  column('gpu_mj', DOUBLE, (row) => row.gpuMillijoules),
  whole('total_rows', (row) => row.totalRows),
  column('total_cpu_us', DOUBLE, (row) => row.totalCpuMicroseconds),
  whole('memory_bytes', (row) => row.memoryBytes),
  whole('load_bytes', (row) => row.loadBytes),
  whole('heap_bytes', (row) => row.heapBytes),
  whole('arena_bytes', (row) => row.arenaBytes),
  whole('resident_bytes', (row) => row.residentBytes),
  column('gpu_index', INTEGER, (row) => row.gpuIndex),
  column('gpu_utilization', DOUBLE, (row) => row.gpuUtilization),
  whole('gpu_memory_bytes', (row) => row.gpuMemoryBytes),
  column('gpu_power_watts', DOUBLE, (row) => row.gpuPowerWatts),
  column('cost_per_1000', DOUBLE, (row) => row.costPer1000),
  column('currency', VARCHAR, (row) => row.currency),
];

const known = new Map(resourceColumns.map((definition) => [definition.name, definition]));

/** The rows as chunks in the order of the table's columns. */
export function* resourceChunks(
  { columns }: HotTable,
  rows: readonly ResourceRow[],
): Generator<DuckDBValue[][]> {
  for (let from = 0; from < rows.length; from += chunkRows) {
    const chunk = rows.slice(from, from + chunkRows);
    yield columns.map(({ name }) => chunk.map((row) => known.get(name)?.read(row) ?? null));
  }
}
