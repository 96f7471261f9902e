import type { Query } from '../../log/comparison-log.ts';
import type { Segment } from '../report/report.ts';
import type { ReportRequest } from '../report/request.ts';
import type { PairCounts } from '../rows/pair-counts.ts';
import type { ReportScope } from '../rows/report-scope.ts';
import { type Checkpoint, checkpointPairs } from './candidates.ts';
import { chooseColumns, queryUndeclared, type SearchedColumn } from './columns.ts';
import type { JudgedSlice } from './judged-slice.ts';
import { querySliceRows } from './rows.ts';
import { slicesIn } from './slices-in-rows.ts';
import { querySliceTraffic } from './traffic.ts';

export interface FoundSlices {
  readonly columns: readonly SearchedColumn[];
  readonly checkpoints: readonly Checkpoint[];
  /** Worst first. */
  readonly slices: readonly JudgedSlice[];
  /** What was not searched, a sentence each. */
  readonly leftOut: readonly string[];
}

/** Those of which `slice-rows.ts` knows what a loss is. */
const searchedTasks: ReadonlySet<ReportRequest['task']> = new Set(['classification', 'regression'] as const);

/**
 * Conjunctions of segments on which the shadow loses, found by search and judged on later rows. `all` are the counts of all rows,
 * `segments` the declared segments and their rows, `searchable` the segment columns of the kept
 * rows. Null where there is nothing to search: another task, no labels, fewer pairs than the first
 * checkpoint takes, or no columns to combine.
 */
export async function findSlices(
  query: Query,
  scope: ReportScope,
  request: ReportRequest,
  all: PairCounts,
  segments: readonly { readonly segment: Segment; readonly n: number }[],
  searchable: readonly string[],
): Promise<FoundSlices | null> {
  if (!searchedTasks.has(request.task)) return null;
  const known = knownPairs(request.task, all);
  if (all.labelled === 0 || known < checkpointPairs[0]!) return null;
  const { columns, leftOut } = await searchedColumns(query, scope, segments, searchable);
  if (columns.length === 0 || (columns.length === 1 && columns[0]!.declared)) return null;
  const rows = await querySliceRows(query, scope, columns, request.task);
  const { checkpoints, slices } = slicesIn(rows, columns, request);
  const conditions = slices.map((slice) => slice.conditions);
  const shares = await querySliceTraffic(query, scope, conditions);
  return {
    columns,
    checkpoints,
    slices: slices.map((slice, index) => ({ ...slice, trafficShare: shares[index] ?? null })),
    leftOut,
  };
}

/** Pairs of which it is known who was right: a label, or the same prediction. */
function knownPairs(task: ReportRequest['task'], { pairs, labelled }: PairCounts): number {
  if (task === 'regression') return labelled;
  return pairs.n - pairs.disagreements + pairs.labelledDisagreements;
}

async function searchedColumns(
  query: Query,
  scope: ReportScope,
  segments: readonly { readonly segment: Segment; readonly n: number }[],
  searchable: readonly string[],
) {
  const declared = new Set(scope.columns);
  const others = searchable.filter((column) => !declared.has(column));
  const byColumn = Map.groupBy(segments, ({ segment }) => segment.column);
  return chooseColumns([
    ...scope.columns.map((column) => ({
      column,
      declared: true,
      values: (byColumn.get(column) ?? []).map(({ segment, n }) => ({ value: segment.value, n })),
    })),
    ...(await queryUndeclared(query, scope, others)),
  ]);
}
