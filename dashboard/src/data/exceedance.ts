/** A point of the complementary distribution function: the share of requests that took longer than so many milliseconds. */
export interface Exceedance {
  readonly ms: number;
  /** Percent, above 0. */
  readonly longer: number;
}

/** Shares below this are of so few requests that they say little, and a logarithmic axis has to end somewhere. */
export const leastPercent = 0.1;

/**
 * Share of requests that took longer, at each edge of the histogram: 100% at the first edge below the fastest request, falling to
 * `leastPercent`. On logarithmic axes the tail, which is what users feel, is as easy to read as the middle.
 */
export function exceedanceOf(edgesMs: readonly number[], counts: readonly number[]): Exceedance[] {
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n === 0) return [];
  const first = counts.findIndex((count) => count > 0);
  const points: Exceedance[] = [];
  let longer = n;
  for (let index = first; index <= counts.length; index++) {
    const ms = edgesMs[index];
    const percent = (100 * longer) / n;
    if (ms === undefined || percent < leastPercent) break;
    // The edge 0 of a first bin has no place on a logarithmic axis.
    if (ms > 0) points.push({ ms, longer: percent });
    longer -= counts[index] ?? 0;
  }
  return points;
}
