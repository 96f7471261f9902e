/** One stratum: its size N in all traffic, and mean and variance per pair of the n pairs sampled from it. */
export interface Stratum {
  readonly size: number;
  readonly n: number;
  readonly estimate: number;
  readonly variance: number;
}

/**
 * Σ (N_s/N) Δ̂_s with variance Σ (N_s/N)² s²_s/n_s: what the pooled sample would say had every stratum been sampled
 * alike (Cochran 1977, chapter 5). Strata without a sample or without traffic are left out. Null where none is left.
 */
export function stratifiedDifference(
  strata: readonly Stratum[],
): { readonly estimate: number; readonly standardError: number; readonly n: number } | null {
  const sampled = strata.filter((stratum) => stratum.n > 0 && stratum.size > 0);
  if (sampled.length === 0) return null;
  const total = sampled.reduce((sum, stratum) => sum + stratum.size, 0);
  const weighted = (value: (stratum: Stratum, weight: number) => number) =>
    sampled.reduce((sum, stratum) => sum + value(stratum, stratum.size / total), 0);
  return {
    estimate: weighted((stratum, weight) => weight * stratum.estimate),
    standardError: Math.sqrt(weighted((stratum, weight) => (weight ** 2 * stratum.variance) / stratum.n)),
    n: sampled.reduce((sum, stratum) => sum + stratum.n, 0),
  };
}
