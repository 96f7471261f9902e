import type { PerfPoint, PerfWindow } from './perf-result.ts';

/** Above this the event loop has no time left: more load would wait in the generator, not in the server. */
const saturatedUtilization = 0.95;
/** Timers and the scheduler cost this much everywhere; below it nothing is said of any server. */
const unavoidableMilliseconds = 2;
/** Share of the latency that may be the generator's own. */
const tolerableShare = 0.25;

/**
 * Whether the generator was the limit in these windows: `saturated` when its event loop was never idle, `stalled` when it
 * was late by so much that its delay is a good part of the 99th percentile it measured. Figures of such windows are not
 * the server's: true latencies are lower, true throughput may be higher.
 */
export function generatorLimit(
  windows: readonly Pick<PerfWindow, 'generatorUtilization' | 'generatorDelayP99Milliseconds'>[],
  p99Milliseconds: number | null,
): PerfPoint['generatorLimit'] {
  const utilization = Math.max(...windows.map((window) => window.generatorUtilization));
  if (utilization > saturatedUtilization) return 'saturated';
  const delay = Math.max(...windows.map((window) => window.generatorDelayP99Milliseconds));
  const tolerable = Math.max(unavoidableMilliseconds, tolerableShare * (p99Milliseconds ?? 0));
  return delay > tolerable ? 'stalled' : null;
}
