import { type PairedCounts, pairedMoments } from './paired-accuracy.ts';

/**
 * Variance per pair of D in one stratum, not to be fooled by the disagreements or labels that so few rows have not shown yet: at
 * least what it would be with one gain and one loss more, among as many rows as hold two disagreements in all strata together
 * (`rate`, of disagreements). Else a heavy stratum of a few rows, none of which differs, would count as certain. Pseudo-counts
 * after Agresti & Coull 1998. Null where there is nothing to estimate from.
 */
export function cautiousVariance(counts: PairedCounts, rate: number): number | null {
  const own = pairedMoments(counts);
  if (own === null || rate === 0) return own?.variance ?? null;
  const { n, disagreements, labelledDisagreements, gains, losses } = counts;
  const careful = pairedMoments({
    n: n + 2 / rate,
    disagreements: disagreements + 2,
    labelledDisagreements: labelledDisagreements + 2,
    gains: gains + 1,
    losses: losses + 1,
  });
  return Math.max(own.variance, careful?.variance ?? 0);
}
