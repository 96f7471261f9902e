import type { DuckDBConnection } from '@duckdb/node-api';
import { appendChunks } from './append-chunks.ts';
import type { ComparisonBatch } from './comparison-batch.ts';
import { comparisonChunks } from './comparison-chunks.ts';
import { inTransaction } from './log-database.ts';
import type { LogTables } from './log-tables.ts';
import { resourceChunks } from './resource-columns.ts';
import type { ResourceRow } from './resource-row.ts';
import type { SegmentColumns } from './segment-columns.ts';
import type { TakenTraffic } from './traffic-buffer.ts';

/** Writes the rows in one transaction: durable when it resolves, absent when it rejects. */
export async function flushRows(
  connection: DuckDBConnection,
  tables: LogTables,
  segments: SegmentColumns,
  batches: readonly ComparisonBatch[],
  traffic: TakenTraffic,
  resources: readonly ResourceRow[],
): Promise<void> {
  const needed = {
    comparisons: segments.missing(segmentsOf(batches), tables.table('comparisons').columns),
    traffic: segments.missing(traffic.segments(), tables.table('traffic').columns),
  };
  for (const kind of ['comparisons', 'traffic'] as const) {
    if (needed[kind].length > 0) await tables.addSegmentColumns(kind, needed[kind]);
  }
  await inTransaction(connection, async () => {
    const comparisons = tables.table('comparisons');
    await appendChunks(connection, comparisons, comparisonChunks(comparisons, batches));
    const counts = tables.table('traffic');
    await appendChunks(connection, counts, traffic.chunks(counts));
    const costs = tables.table('resources');
    await appendChunks(connection, costs, resourceChunks(costs, resources));
  });
}

function* segmentsOf(batches: readonly ComparisonBatch[]): Generator<string> {
  for (const batch of batches) yield* Object.keys(batch.segments);
}
