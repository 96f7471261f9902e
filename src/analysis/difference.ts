import type { Task } from '../inference/prediction.ts';
import {
  asymptoticHalfWidth,
  informativeObservations,
  logEValueOfMean,
  logMeanEValue,
  meanOf,
  varianceOf,
} from './asymptotic-sequence.ts';
import type { Interval } from './interval.ts';
import { logLossAlarm } from './loss-alarm.ts';
import type { DifferenceCounts } from './pair-counts.ts';
import { pairedMoments } from './paired-accuracy.ts';
import { type Stratum, stratifiedDifference } from './stratified-difference.ts';

/** Mean and variance per pair of the paired difference: of accuracies or hits, or of absolute errors; of embeddings, of 1 − cosine. */
export function differenceMoments(
  task: Task,
  counts: DifferenceCounts,
): { readonly n: number; readonly estimate: number; readonly variance: number } | null {
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

/**
 * The paired difference, shadow minus primary, with its anytime-valid interval; from `strata` where the sampling
 * was uneven, else pooled. Null before 30 pairs in which one version beat the other, which no version of an embedding does.
 */
export function differenceOf(
  task: Task,
  counts: DifferenceCounts,
  strata: readonly Stratum[] | null,
  alpha: number,
): Interval | null {
  if (counts.pairs.gains + counts.pairs.losses < informativeObservations) return null;
  const pooled = differenceMoments(task, counts);
  if (pooled === null) return null;
  const stratified = strata === null ? null : stratifiedDifference(strata);
  const { estimate, n } = stratified ?? pooled;
  const deviation =
    stratified === null ? Math.sqrt(pooled.variance) : stratified.standardError * Math.sqrt(stratified.n);
  const half = asymptoticHalfWidth(deviation, n, alpha);
  return { estimate, lower: estimate - half, upper: estimate + half };
}

/**
 * ln of the e-value against "the shadow is no worse": exact for accuracies and hits; for errors that of the asymptotic sequence, once
 * there are 30 rows in which one version beat the other, and ln 1 where the mean speaks for the shadow.
 */
export function logAlarmOf(task: Task, counts: DifferenceCounts, alpha: number): number {
  const { gains, losses } = counts.pairs;
  if (task !== 'regression') return logLossAlarm(losses, gains);
  const sums = counts.errors.difference;
  if (gains + losses < informativeObservations || sums.sum <= 0) return 0;
  return logMeanEValue(sums, alpha);
}

/**
 * The same for unevenly sampled rows: the e-value that the interval of the stratified difference inverts. The exact one counts rows
 * alike, so it would speak of the sample and not of the traffic.
 */
export function logWeightedAlarm(task: Task, strata: readonly Stratum[], alpha: number): number {
  const difference = stratifiedDifference(strata);
  if (difference === null) return 0;
  const { estimate, standardError, n } = difference;
  const loss = task === 'regression' ? estimate : -estimate;
  return loss <= 0 ? 0 : logEValueOfMean(estimate, standardError, n, alpha);
}
