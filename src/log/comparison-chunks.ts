import type { DuckDBValue } from '@duckdb/node-api';
import { chunkRows } from './append-chunks.ts';
import type { ComparisonBatch } from './comparison-batch.ts';
import { type ComparisonColumn, comparisonColumns, segmentColumn } from './comparison-columns.ts';
import type { HotTable } from './hot-table.ts';

interface BatchSlice {
  readonly batch: ComparisonBatch;
  readonly from: number;
  readonly to: number;
}

/** The batches' rows as chunks in the order of the table's columns. */
export function* comparisonChunks(
  table: HotTable,
  batches: readonly ComparisonBatch[],
): Generator<DuckDBValue[][]> {
  const known = new Map(comparisonColumns.map((column) => [column.name, column]));
  const columns = table.columns.map(({ name }) => known.get(name) ?? segmentColumn(name));
  for (const slices of slicesOfChunks(batches)) {
    yield columns.map((column) => valuesOf(column, slices));
  }
}

function* slicesOfChunks(batches: readonly ComparisonBatch[]): Generator<BatchSlice[]> {
  let slices: BatchSlice[] = [];
  let room = chunkRows;
  for (const batch of batches) {
    const rows = batch.eventId.length;
    for (let from = 0; from < rows; ) {
      const to = Math.min(rows, from + room);
      slices.push({ batch, from, to });
      room -= to - from;
      from = to;
      if (room === 0) {
        yield slices;
        slices = [];
        room = chunkRows;
      }
    }
  }
  if (slices.length > 0) yield slices;
}

function valuesOf(column: ComparisonColumn, slices: readonly BatchSlice[]): DuckDBValue[] {
  const values: DuckDBValue[] = [];
  for (const { batch, from, to } of slices) {
    const source = column.read(batch);
    if ('everyRow' in source) {
      for (let row = from; row < to; row++) values.push(source.everyRow);
    } else {
      for (let row = from; row < to; row++) values.push(source[row] ?? null);
    }
  }
  return values;
}
