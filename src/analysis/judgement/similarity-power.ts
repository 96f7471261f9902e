import type { ReadinessTargets } from '../report/request.ts';
import type { PairCounts } from '../rows/pair-counts.ts';
import { informativeObservations, varianceOf } from '../statistics/asymptotic-sequence.ts';
import { anytimeSampleSize } from '../statistics/sample-size.ts';

/** Rows there are, and rows it takes to see that the mean similarity falls short of 1 by the margin; null before 30. */
export function similarityPower(
  { similarity: { dissimilarity } }: Pick<PairCounts, 'similarity'>,
  { margin, alpha }: Pick<ReadinessTargets, 'margin' | 'alpha'>,
  power: number,
): { readonly have: number; readonly needed: number | null } {
  const { n } = dissimilarity;
  if (n < informativeObservations) return { have: n, needed: null };
  return { have: n, needed: anytimeSampleSize(varianceOf(dissimilarity), margin, alpha, power) };
}
