import type { PerfWindow } from './perf-result.ts';

/** As many windows as must agree; perf_analyzer's number. */
export const windowsThatAgree = 3;

/**
 * Whether the last three windows differ by no more than so many percent, largest by smallest, in throughput and in latency:
 * perf_analyzer's rule. A window in which nothing was answered is never stable. In an open loop the throughput is that of the
 * arrivals, which may be random; what the server did is the share of them that it answered.
 */
export function isStable(
  windows: readonly Pick<PerfWindow, 'requestsPerSecond' | 'latencyMilliseconds' | 'answered' | 'due'>[],
  percentage: number,
  loop: 'closed' | 'open',
): boolean {
  const last = windows.slice(-windowsThatAgree);
  if (last.length < windowsThatAgree) return false;
  const within = (values: readonly (number | null)[]): boolean =>
    values.every((value) => value !== null && value > 0) && spreadOf(values) <= percentage / 100;
  return (
    within(
      last.map(({ requestsPerSecond, answered, due }) =>
        loop === 'open' ? answered / due : requestsPerSecond,
      ),
    ) && within(last.map(({ latencyMilliseconds }) => latencyMilliseconds))
  );
}

/** Largest by smallest, less 1: 0.1 where they differ by 10%. Infinite where one of them is null or 0. */
export function spreadOf(values: readonly (number | null)[]): number {
  const numbers = values.map((value) => value ?? 0);
  return Math.max(...numbers) / Math.min(...numbers) - 1;
}
