import { describe, expect, it } from 'vitest';
import { isStable } from '../../../bench/perf/stability.ts';

const windows = (...pairs: [number, number | null][]) =>
  pairs.map(([requestsPerSecond, latencyMilliseconds]) => ({ requestsPerSecond, latencyMilliseconds }));

describe('a load', () => {
  it('is stable when its last three windows differ by no more than the percentage', () => {
    expect(isStable(windows([100, 5], [105, 5.2], [109, 5.4]), 10)).toBe(true);
    expect(isStable(windows([10, 50], [100, 5], [105, 5.2], [109, 5.4]), 10)).toBe(true);
  });

  it('is not while throughput or latency differ by more', () => {
    expect(isStable(windows([100, 5], [105, 5], [111, 5]), 10)).toBe(false);
    expect(isStable(windows([100, 5], [100, 5], [100, 5.6]), 10)).toBe(false);
  });

  it('is not before three windows', () => {
    expect(isStable(windows([100, 5], [100, 5]), 10)).toBe(false);
  });

  it('is not where nothing was answered, however alike the windows are', () => {
    expect(isStable(windows([0, null], [0, null], [0, null]), 10)).toBe(false);
  });
});
