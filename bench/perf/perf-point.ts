import type { LoadSlice } from '../load-plan.ts';
import { generatorLimit } from './generator-limit.ts';
import {
  decodeHistogram,
  encodeHistogram,
  latencyAt,
  latencyHistogram,
  mergeHistograms,
} from './histogram.ts';
import type { SweepOptions } from './perf-options.ts';
import type { PerfPoint, PerfWindow } from './perf-result.ts';
import { mergeErrors } from './perf-window.ts';
import { mergeServerShares } from './server-share.ts';
import { isStable, windowsThatAgree } from './stability.ts';

export interface PointSeen {
  readonly windows: readonly PerfWindow[];
  /** What came in after the last window, from each generator. */
  readonly rest: readonly LoadSlice[];
  readonly generators: number;
}

type HowSeen = Pick<SweepOptions, 'load' | 'percentile' | 'stabilityPercentage'>;

/**
 * The last windows together: three, as perf_analyzer has it, where nothing else is said. Latencies are also those of the
 * requests that were still under way then, and the ages of those that were never answered: at a load the server cannot
 * carry they are the worst.
 */
export function perfPoint(
  { load, percentile, stabilityPercentage }: HowSeen,
  order: { readonly batchSize: number; readonly load: number },
  { windows, rest, generators }: PointSeen,
  counted = windowsThatAgree,
): PerfPoint {
  const last = windows.slice(-counted);
  const sum = (of: (window: PerfWindow) => number): number => last.reduce((total, one) => total + of(one), 0);
  const histogram = mergeHistograms([
    ...last.map((one) => decodeHistogram(one.histogram)),
    latencyHistogram(...rest.flatMap((slice) => [slice.milliseconds, slice.unansweredMilliseconds])),
  ]);
  const requestsPerSecond = sum((one) => one.answered) / sum((one) => one.seconds);
  const p99Milliseconds = latencyAt(histogram, 99);
  return {
    batchSize: order.batchSize,
    concurrency: load.kind === 'concurrency' ? order.load : null,
    requestRate: load.kind === 'request rate' ? order.load : null,
    stable: isStable(windows, stabilityPercentage, loopOf(load)),
    requestsPerSecond,
    inferencesPerSecond: requestsPerSecond * order.batchSize,
    latencyMilliseconds: latencyAt(histogram, percentile),
    meanMilliseconds: latencyAt(histogram, null),
    p50Milliseconds: latencyAt(histogram, 50),
    p90Milliseconds: latencyAt(histogram, 90),
    p95Milliseconds: latencyAt(histogram, 95),
    p99Milliseconds,
    maxMilliseconds: latencyAt(histogram, 100),
    errors: mergeErrors([...windows, ...rest].map(({ errors }) => errors)),
    unanswered: rest.reduce((total, slice) => total + slice.unansweredMilliseconds.length, 0),
    fellBehind: load.kind === 'request rate' && fellBehind(last),
    generatorLimit: generatorLimit(last, p99Milliseconds),
    generators,
    server: mergeServerShares(last.map(({ server }) => server)),
    histogram: encodeHistogram(histogram),
    windows: [...windows],
  };
}

export function loopOf({ kind }: SweepOptions['load']): 'closed' | 'open' {
  return kind === 'concurrency' ? 'closed' : 'open';
}

/** Whether more than 5% of what became due in these windows was still to be done: what waits only grows. */
export function fellBehind(windows: readonly Pick<PerfWindow, 'due' | 'answered' | 'errors'>[]): boolean {
  let due = 0;
  let left = 0;
  for (const window of windows) {
    const failed = Object.values(window.errors).reduce((sum, count) => sum + count, 0);
    due += window.due;
    left += window.due - window.answered - failed;
  }
  // A request or two are always under way, which at low rates are more than 5%.
  return left > Math.max(2, 0.05 * due);
}

/**
 * Whether a point kept under the threshold: its latency did, no request failed (what fails fast is not fast), all were
 * answered, and it did not fall behind.
 */
export function kept(point: PerfPoint, thresholdMilliseconds: number | null): boolean {
  if (thresholdMilliseconds === null) return true;
  const { latencyMilliseconds, errors, unanswered, fellBehind } = point;
  return (
    latencyMilliseconds !== null &&
    latencyMilliseconds <= thresholdMilliseconds &&
    Object.keys(errors).length === 0 &&
    unanswered === 0 &&
    !fellBehind
  );
}
