/** Smallest proportion a bin is taken to have, by convention, so that an empty bin does not make the index infinite. */
const floor = 1e-4;

/**
 * Population stability index Σ (q−p) ln(q/p) of two lists of bin proportions. .1 ("look") and .25 ("shifted") are
 * convention, not tests. Lewis 1994; Siddiqi 2006.
 */
export function populationStability(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, raw, bin) => {
    const from = Math.max(raw, floor);
    const to = Math.max(q[bin] ?? 0, floor);
    return sum + (to - from) * Math.log(to / from);
  }, 0);
}
