import type { Task } from '../inference/prediction.ts';
import type { Query, Row } from '../log/comparison-log.ts';
import { effectiveCounts, effectiveDiscordant } from './effective-counts.ts';
import type { PairCounts } from './pair-counts.ts';
import { queryWeightedSums, weightedSumsIn } from './query-weighted-sums.ts';
import type { Segment } from './report.ts';
import { type ReportScope, segmentColumn, trafficOf } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import { groupingOf, keyIn, keyOf, overallKey } from './segment-cell.ts';
import type { Stratum } from './stratified-difference.ts';
import { weightedMoments } from './weighted-moments.ts';
import { addWeighted, scaleWeighted, type WeightedSums } from './weighted-sums.ts';

/** What unevenly sampled rows say of all traffic. */
export interface WeightedEvidence {
  readonly strata: readonly Stratum[];
  /** Of the pairs in which one version beat the other. */
  readonly discordant: number;
  /** Counts of an even sample that would say as much. */
  readonly counts: PairCounts;
}

/** What is known of a set of rows; null where all of them were sampled with one probability, and pooling them is fair. */
export type EvidenceOf = (segment: Segment | null, sampled: PairCounts) => WeightedEvidence | null;

/** Strata smaller than this are taken together: their own variance says too little. */
const fewestPairs = 30;
/** With more combinations of segments than this, rows are weighed by their probabilities alone. */
const mostCombinations = 20_000;

interface Combination {
  readonly size: number;
  readonly sums: WeightedSums;
}

/**
 * Rows by every combination of declared segment values, with the combination's size in all traffic: the strata for estimates from
 * uneven sampling. Within a stratum rows weigh 1/π, since its rate may have changed over time.
 */
export async function queryStrata(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
): Promise<EvidenceOf> {
  const names = scope.columns.map(segmentColumn);
  const fields = names.length === 0 ? '0 AS k' : names.join(', ');
  const clause = names.length === 0 ? '' : `GROUP BY ${names.join(', ')}`;
  const traffic = trafficOf(scope, ['n_all']);
  const [sampled, counted] = await Promise.all([
    queryWeightedSums(query, scope, task, maturedMs, {
      fields,
      clause: `${clause} LIMIT ${mostCombinations + 1}`,
    }),
    query(
      `WITH counted AS (${traffic.text}) SELECT ${fields}, CAST(sum(n_all) AS DOUBLE) AS size FROM counted ${clause}`,
      traffic.parameters,
    ),
  ]);
  if (sampled.length > mostCombinations) return queryUnstratified(query, scope, task, maturedMs);
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
    );
}

async function queryUnstratified(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
): Promise<EvidenceOf> {
  const { fields, groupBy, having } = groupingOf(scope);
  const rows = await queryWeightedSums(query, scope, task, maturedMs, {
    fields,
    clause: `${groupBy} ${having}`,
  });
  const cells = new Map(rows.map((row) => [keyIn(row, scope), weightedSumsIn(row)]));
  return (segment, counts) => {
    const sums = cells.get(segment === null ? overallKey : keyOf(segment));
    return sums === undefined ? null : evidenceOf(task, [{ size: sums.weight.rows, sums }], counts);
  };
}

function evidenceOf(
  task: Task,
  combinations: readonly Combination[],
  sampled: PairCounts,
): WeightedEvidence | null {
  const leastPi = Math.min(...combinations.map(({ sums }) => sums.leastPi));
  const mostPi = Math.max(...combinations.map(({ sums }) => sums.mostPi));
  if (!(mostPi - leastPi > 1e-12)) return null;
  const taken = takenTogether(combinations);
  // Drops thin some strata more than others; their true sizes make up for it.
  const calibrated = taken
    .map(({ size, sums }) => scaleWeighted(sums, size / sums.weight.rows))
    .reduce(addWeighted);
  return {
    strata: taken.flatMap(({ size, sums }) => {
      const moments = weightedMoments(task, sums);
      return moments === null ? [] : [{ size, ...moments }];
    }),
    discordant: effectiveDiscordant(calibrated),
    counts: effectiveCounts(calibrated, sampled),
  };
}

function takenTogether(combinations: readonly Combination[]): Combination[] {
  const large = combinations.filter(({ sums }) => sums.pairs >= fewestPairs);
  const small = combinations.filter(({ sums }) => sums.pairs < fewestPairs);
  if (small.length === 0) return large;
  const together = small.reduce((a, b) => ({ size: a.size + b.size, sums: addWeighted(a.sums, b.sums) }));
  return [...large, together];
}
