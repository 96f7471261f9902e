import type { Task } from '../inference/prediction.ts';
import type { Query, Row } from '../log/comparison-log.ts';
import { differenceMoments } from './difference.ts';
import { type DifferenceCounts, mergeDifferenceCounts, pairCountsIn } from './pair-counts.ts';
import { queryPairCounts } from './query-pair-counts.ts';
import type { Segment } from './report.ts';
import { type ReportScope, segmentColumn, trafficOf } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import type { Stratum } from './stratified-difference.ts';

/** Strata smaller than this are taken together: their own variance says too little. */
const fewestPairs = 30;

interface Combination {
  readonly values: Row;
  readonly size: number;
  readonly counts: DifferenceCounts;
}

/**
 * Rows by every combination of declared segment values, with the combination's size in all traffic: the strata
 * for estimates from uneven sampling.
 */
export async function queryStrata(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
): Promise<(segment: Segment | null) => Stratum[]> {
  const names = scope.columns.map(segmentColumn);
  const fields = names.length === 0 ? '0 AS k' : names.join(', ');
  const clause = names.length === 0 ? '' : `GROUP BY ${names.join(', ')}`;
  const traffic = trafficOf(scope, ['n_all']);
  const [sampled, counted] = await Promise.all([
    queryPairCounts(query, scope, task, maturedMs, 'combinations'),
    query(
      `WITH counted AS (${traffic.text}) SELECT ${fields}, CAST(sum(n_all) AS DOUBLE) AS size FROM counted ${clause}`,
      traffic.parameters,
    ),
  ]);
  const keyOf = (row: Row) => JSON.stringify(scope.columns.map((column) => row[`seg_${column}`] ?? null));
  const sizes = new Map(counted.map((row) => [keyOf(row), numberIn(row, 'size')]));
  const combinations = sampled.rows.map((row) => ({
    values: row,
    size: sizes.get(keyOf(row)) ?? 0,
    counts: pairCountsIn(row),
  }));
  return (segment) =>
    strataOf(
      task,
      combinations.filter(
        ({ values }) => segment === null || values[`seg_${segment.column}`] === segment.value,
      ),
    );
}

function strataOf(task: Task, combinations: readonly Combination[]): Stratum[] {
  const strata: Stratum[] = [];
  let remainder: Omit<Combination, 'values'> | null = null;
  for (const { size, counts } of combinations) {
    if (counts.pairs.n >= fewestPairs) {
      strata.push(...stratumOf(task, size, counts));
    } else if (remainder === null) {
      remainder = { size, counts };
    } else {
      remainder = {
        size: remainder.size + size,
        counts: mergeDifferenceCounts(remainder.counts, counts),
      };
    }
  }
  return remainder === null ? strata : [...strata, ...stratumOf(task, remainder.size, remainder.counts)];
}

function stratumOf(task: Task, size: number, counts: DifferenceCounts): Stratum[] {
  const moments = differenceMoments(task, counts);
  return moments === null ? [] : [{ size, ...moments }];
}
