/** How the next block is laid out: twice a settling time and a window, and before the next one a gap. Milliseconds. */
export interface BlockTiming {
  /** After a switch requests are not counted: what was begun before it still runs. */
  readonly settlingMs: number;
  readonly windowMs: number;
  /** Until the next block, the shadows running. */
  readonly gapMs: number;
}

export interface SeenTraffic {
  readonly requestsPerMs: number;
  /** Typical latency of the primary; 0 while it is not known. */
  readonly latencyMs: number;
  /** What the shadows are thought to need to come to rest. */
  readonly restMs: number;
}

const shortestWindowMs = 200;
const longestWindowMs = 4000;
const shortestSettlingMs = 20;
const longestSettlingMs = 2000;
/** Before there is traffic to go by. */
export const firstGapMs = 2000;
/** How long it takes until it is looked again whether there is traffic. */
export const pollMs = 1000;
/** After so many pauses in a row in which the shadows did not come to rest nothing is known any more. */
export const pausesUntilBlind = 10;
/** Blind, the governor goes on trying, but rarely. */
export const blindGaps = 4;
/** A window is made long enough for so many requests; fewer than the least are too few to count. */
const wantedRequests = 40;
export const leastRequests = 10;
/** Gaps in pauses: a pause takes at most 1/10 of the time, 1/12 on average. */
const [shortestGap, longestGap] = [8, 12] as const;

/**
 * The next block, from what was seen before it, so that nothing in the block itself decides which of its
 * requests count. The gap is random lest pauses fall in step with something periodic.
 *
 * @param random uniform in [0, 1)
 * @returns null where even the longest window would not see enough requests: to pause would be for nothing
 */
export function planBlock(seen: SeenTraffic, random: number): BlockTiming | null {
  const { requestsPerMs, latencyMs, restMs } = seen;
  if (requestsPerMs * longestWindowMs < leastRequests) return null;
  // Of a request that arrives at the end of a window most happens after it: windows are long beside latencies.
  const wanted = Math.max(wantedRequests / requestsPerMs, 10 * latencyMs);
  const windowMs = Math.min(longestWindowMs, Math.max(shortestWindowMs, wanted));
  const settlingMs = Math.min(longestSettlingMs, Math.max(shortestSettlingMs, restMs, 4 * latencyMs));
  const gapMs = (settlingMs + windowMs) * (shortestGap + (longestGap - shortestGap) * random);
  return { settlingMs, windowMs, gapMs };
}
