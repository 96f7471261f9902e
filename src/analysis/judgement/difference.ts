import type { Task } from '../../inference/outputs/prediction.ts';
import type { DifferenceCounts } from '../rows/pair-counts.ts';
import {
  asymptoticHalfWidth,
  informativeObservations,
  logMeanEValue,
  meanOf,
  varianceOf,
} from '../statistics/asymptotic-sequence.ts';
import type { Interval } from '../statistics/interval.ts';
import { logLossAlarm } from '../statistics/loss-alarm.ts';
import { pairedMoments } from '../statistics/paired-accuracy.ts';
import { type Stratum, stratifiedDifference } from '../statistics/stratified-difference.ts';

/** Mean and variance per pair of the paired difference, and the number of pairs. */
export interface DifferenceMoments {
  readonly n: number;
  readonly estimate: number;
  readonly variance: number;
}

/** Of accuracies or hits, or of absolute errors; of embeddings, of 1 − cosine. All rows alike. */
export function differenceMoments(task: Task, counts: DifferenceCounts): DifferenceMoments | null {
  if (task === 'regression') {
    const sums = counts.errors.difference;
    return sums.n === 0 ? null : { n: sums.n, estimate: meanOf(sums), variance: varianceOf(sums) };
  }
  if (task === 'embedding') {
    const sums = counts.similarity.dissimilarity;
    return sums.n === 0 ? null : { n: sums.n, estimate: meanOf(sums), variance: varianceOf(sums) };
  }
  const moments = pairedMoments(counts.pairs);
  return moments === null ? null : { n: counts.pairs.n, ...moments };
}

/** From `strata` where there are some, else pooled. Null before 30 pairs in which one version beat the other. */
function momentsOf(
  task: Task,
  counts: DifferenceCounts,
  strata: readonly Stratum[] | null,
): DifferenceMoments | null {
  if (counts.pairs.gains + counts.pairs.losses < informativeObservations) return null;
  const pooled = differenceMoments(task, counts);
  const stratified = pooled === null || strata === null ? null : stratifiedDifference(strata);
  if (stratified === null) return pooled;
  const { n, estimate, standardError } = stratified;
  return { n, estimate, variance: n * standardError ** 2 };
}

/**
 * The paired difference, shadow minus primary, with its anytime-valid interval; from `strata` where sampling or labelling
 * was uneven, else pooled. Null before 30 pairs in which one version beat the other, which no version of an embedding does.
 */
export function differenceOf(
  task: Task,
  counts: DifferenceCounts,
  strata: readonly Stratum[] | null,
  alpha: number,
): Interval | null {
  const moments = momentsOf(task, counts, strata);
  if (moments === null) return null;
  const { n, estimate, variance } = moments;
  const half = asymptoticHalfWidth(Math.sqrt(variance), n, alpha);
  return { estimate, lower: estimate - half, upper: estimate + half };
}

/**
 * ln of the e-value against "the shadow is no worse", or no `better`. Exact for accuracies and hits where all rows are alike. For errors,
 * and where `strata` give rows different weights, which counts of gains and losses know nothing of, that of the
 * asymptotic sequence: once there are 30 rows in which one version beat the other, and ln 1 where the mean speaks against it.
 */
export function logAlarmOf(
  task: Task,
  counts: DifferenceCounts,
  strata: readonly Stratum[] | null,
  alpha: number,
  of: 'worse' | 'better' = 'worse',
): number {
  const { gains, losses } = counts.pairs;
  if (task !== 'regression' && strata === null) {
    return of === 'worse' ? logLossAlarm(losses, gains) : logLossAlarm(gains, losses);
  }
  const moments = momentsOf(task, counts, strata);
  if (moments === null) return 0;
  const { n, estimate, variance } = moments;
  const shadowIsWorse = task === 'regression' ? estimate > 0 : estimate < 0;
  if (estimate === 0 || shadowIsWorse !== (of === 'worse')) return 0;
  return logMeanEValue({ n, sum: n * estimate, sumSquares: n * (variance + estimate ** 2) }, alpha);
}
