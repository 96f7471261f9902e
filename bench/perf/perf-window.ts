import type { LoadSlice } from '../load-plan.ts';
import { encodeHistogram, latencyAt, latencyHistogram } from './histogram.ts';
import type { PerfWindow } from './perf-result.ts';
import { type ServerCounters, serverShare } from './server-share.ts';

/** Slices of all generators, those of one moment together, in the order of time. */
export function perfWindow(
  slices: readonly LoadSlice[],
  generators: number,
  counters: { readonly before: ServerCounters | null; readonly after: ServerCounters | null },
  percentile: number | null,
): PerfWindow {
  const sum = (of: (slice: LoadSlice) => number, some = slices): number =>
    some.reduce((total, slice) => total + of(slice), 0);
  const seconds = sum((slice) => slice.seconds) / generators;
  const answered = sum((slice) => slice.milliseconds.length);
  const histogram = latencyHistogram(...slices.map((slice) => slice.milliseconds));
  return {
    ...{ seconds, answered, requestsPerSecond: answered / seconds },
    latencyMilliseconds: latencyAt(histogram, percentile),
    due: sum((slice) => slice.due),
    waiting: sum((slice) => slice.waiting, slices.slice(-generators)),
    errors: mergeErrors(slices.map((slice) => slice.errors)),
    generatorUtilization: Math.max(...slices.map(({ generator }) => generator.utilization)),
    generatorDelayP99Milliseconds: Math.max(...slices.map(({ generator }) => generator.delayP99Milliseconds)),
    server: serverShare(counters.before, counters.after),
    histogram: encodeHistogram(histogram),
  };
}

export function mergeErrors(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const merged: Record<string, number> = {};
  for (const errors of all) {
    for (const [reason, count] of Object.entries(errors)) merged[reason] = (merged[reason] ?? 0) + count;
  }
  return merged;
}
