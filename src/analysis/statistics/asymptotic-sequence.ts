import type { Interval } from './interval.ts';

/** All that a mean's interval needs; sums from several places just add up. */
export interface MeanSums {
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
}

/** Below this many informative observations the central limit theorem is not to be trusted. */
export const informativeObservations = 30;

/** t*: the sample size at which the sequence is tightest. */
const tightestAt = 1e4;

export function mergeSums(a: MeanSums, b: MeanSums): MeanSums {
  return { n: a.n + b.n, sum: a.sum + b.sum, sumSquares: a.sumSquares + b.sumSquares };
}

export function meanOf({ n, sum }: MeanSums): number {
  return sum / n;
}

/** Variance of one observation, with divisor n. */
export function varianceOf({ n, sum, sumSquares }: MeanSums): number {
  return Math.max(0, sumSquares / n - (sum / n) ** 2);
}

function mixtureVariance(alpha: number): number {
  return (-(alpha ** 2) - 2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha) - alpha ** 2)) / tightestAt;
}

/**
 * Half-width, after t observations of standard deviation σ, of the asymptotic confidence sequence for a mean
 * that may drift: anytime-valid. Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024, time-uniform central limit theory.
 */
export function asymptoticHalfWidth(standardDeviation: number, t: number, alpha = 0.05): number {
  const rho2 = mixtureVariance(alpha);
  const scale = t * rho2 + 1;
  return standardDeviation * Math.sqrt(((2 * scale) / (t * t * rho2)) * Math.log(Math.sqrt(scale) / alpha));
}

/** The mean with its anytime-valid interval; null before `informativeObservations`. */
export function asymptoticInterval(sums: MeanSums, alpha = 0.05): Interval | null {
  if (sums.n < informativeObservations) return null;
  const estimate = meanOf(sums);
  const half = asymptoticHalfWidth(Math.sqrt(varianceOf(sums)), sums.n, alpha);
  return { estimate, lower: estimate - half, upper: estimate + half };
}

/**
 * ln of the (asymptotic) e-value against "the mean is zero" that this sequence inverts: it passes 1/α exactly
 * when the interval at level α leaves zero outside. 0 where nothing varies. ρ² is that of the given α.
 */
export function logMeanEValue(sums: MeanSums, alpha = 0.05): number {
  const variance = varianceOf(sums);
  if (sums.n === 0 || variance === 0) return 0;
  return logEValueOfMean(meanOf(sums), Math.sqrt(variance / sums.n), sums.n, alpha);
}

/** The same of an estimate of n observations with its standard error; 0 where that is 0. */
function logEValueOfMean(estimate: number, standardError: number, n: number, alpha = 0.05): number {
  if (standardError === 0) return 0;
  const rho2 = mixtureVariance(alpha);
  const scale = n * rho2 + 1;
  return ((estimate / standardError) ** 2 * n * rho2) / (2 * scale) - 0.5 * Math.log(scale);
}
