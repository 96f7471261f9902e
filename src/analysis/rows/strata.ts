import type { Task } from '../../inference/outputs/prediction.ts';
import type { Query, Row } from '../../log/comparison-log.ts';
import { stratify, type TrafficPart, type WeightedEvidence } from '../judgement/stratify.ts';
import type { Segment } from '../report/report.ts';
import type { PairCounts } from './pair-counts.ts';
import { queryWeightedSums, weightedSumsIn } from './query-weighted-sums.ts';
import { type ReportScope, segmentColumn, trafficOf } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import { groupingOf, keyIn, keyOf, overallKey } from './segment-cell.ts';

/** What is known of a set of rows; null where all of them were sampled and labelled alike, so that pooling them is fair. */
export type EvidenceOf = (segment: Segment | null, sampled: PairCounts) => WeightedEvidence | null;

/** With more combinations of segments than this, rows are weighed by their probabilities alone. */
const mostCombinations = 20_000;

/**
 * Rows by every combination of declared segment values, with the combination's size in all traffic: the strata for estimates from
 * uneven sampling or labelling. Within a stratum rows weigh 1/π, since its rate may have changed over time.
 *
 * @param labelsVary whether some segments are labelled more often than others; then no set of rows is pooled
 */
export async function queryStrata(
  query: Query,
  scope: ReportScope,
  task: Task,
  labelsVary: boolean,
): Promise<EvidenceOf> {
  const names = scope.columns.map(segmentColumn);
  const fields = names.length === 0 ? '0 AS k' : names.join(', ');
  const clause = names.length === 0 ? '' : `GROUP BY ${names.join(', ')}`;
  const traffic = trafficOf(scope, ['n_all']);
  const [sampled, counted] = await Promise.all([
    queryWeightedSums(query, scope, task, {
      fields,
      clause: `${clause} LIMIT ${mostCombinations + 1}`,
    }),
    query(
      `WITH counted AS (${traffic.text}) SELECT ${fields}, CAST(sum(n_all) AS DOUBLE) AS size FROM counted ${clause}`,
      traffic.parameters,
    ),
  ]);
  if (sampled.length > mostCombinations) return queryUnstratified(query, scope, task, labelsVary);
  const combinationOf = (row: Row) =>
    JSON.stringify(scope.columns.map((column) => row[`seg_${column}`] ?? null));
  const sizes = new Map(counted.map((row) => [combinationOf(row), numberIn(row, 'size')]));
  const combinations = sampled.map((row) => {
    const sums = weightedSumsIn(row);
    // Traffic is counted by a bounded number of combinations; the weights say how large others are.
    return { values: row, size: sizes.get(combinationOf(row)) ?? sums.weight.rows, sums };
  });
  return (segment, counts) =>
    evidenceOf(
      task,
      combinations.filter(
        ({ values }) => segment === null || values[`seg_${segment.column}`] === segment.value,
      ),
      counts,
      labelsVary,
    );
}

async function queryUnstratified(
  query: Query,
  scope: ReportScope,
  task: Task,
  labelsVary: boolean,
): Promise<EvidenceOf> {
  const { fields, groupBy, having } = groupingOf(scope);
  const rows = await queryWeightedSums(query, scope, task, {
    fields,
    clause: `${groupBy} ${having}`,
  });
  const cells = new Map(rows.map((row) => [keyIn(row, scope), weightedSumsIn(row)]));
  return (segment, counts) => {
    const sums = cells.get(segment === null ? overallKey : keyOf(segment));
    return sums === undefined
      ? null
      : evidenceOf(task, [{ size: sums.weight.rows, sums }], counts, labelsVary);
  };
}

function evidenceOf(
  task: Task,
  parts: readonly TrafficPart[],
  sampled: PairCounts,
  labelsVary: boolean,
): WeightedEvidence | null {
  if (parts.length === 0) return null;
  const leastPi = Math.min(...parts.map(({ sums }) => sums.leastPi));
  const mostPi = Math.max(...parts.map(({ sums }) => sums.mostPi));
  return labelsVary || mostPi - leastPi > 1e-12 ? stratify(task, parts, sampled) : null;
}
