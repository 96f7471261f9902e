import type { Task } from '../inference/prediction.ts';
import type { Query, Row } from '../log/comparison-log.ts';
import { pairCountsIn, queryPairCounts } from './pair-counts.ts';
import type { Segment } from './report.ts';
import { type ReportScope, segmentColumn, trafficOf } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import type { Stratum } from './stratified-difference.ts';
import { stratify, type TrafficPart } from './stratify.ts';

interface Combination extends TrafficPart {
  readonly values: Row;
}

/**
 * Rows by every combination of declared segment values, with the combination's size in all traffic: the strata
 * for estimates from uneven sampling or labelling.
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
    queryPairCounts(query, scope, task, maturedMs, { fields, clause }),
    query(
      `WITH counted AS (${traffic.text}) SELECT ${fields}, CAST(sum(n_all) AS DOUBLE) AS size FROM counted ${clause}`,
      traffic.parameters,
    ),
  ]);
  const keyOf = (row: Row) => JSON.stringify(scope.columns.map((column) => row[`seg_${column}`] ?? null));
  const sizes = new Map(counted.map((row) => [keyOf(row), numberIn(row, 'size')]));
  const combinations = sampled.map(
    (row): Combination => ({
      values: row,
      size: sizes.get(keyOf(row)) ?? 0,
      counts: pairCountsIn(row),
    }),
  );
  return (segment) =>
    stratify(
      task,
      combinations.filter(
        ({ values }) => segment === null || values[`seg_${segment.column}`] === segment.value,
      ),
    );
}
