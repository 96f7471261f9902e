import { describe, expect, it } from 'vitest';
import { isStable, spreadOf } from '../../../bench/perf/stability.ts';

const windows = (...pairs: [number, number | null][]) =>
  pairs.map(([requestsPerSecond, latencyMilliseconds]) => ({
    ...{ requestsPerSecond, latencyMilliseconds, answered: requestsPerSecond, due: requestsPerSecond },
  }));

describe('a load', () => {
  it('is stable when its last three windows differ by no more than the percentage', () => {
    expect(isStable(windows([100, 5], [105, 5.2], [109, 5.4]), 10, 'closed')).toBe(true);
    expect(isStable(windows([10, 50], [100, 5], [105, 5.2], [109, 5.4]), 10, 'closed')).toBe(true);
  });

  it('is not while throughput or latency differ by more', () => {
    expect(isStable(windows([100, 5], [105, 5], [111, 5]), 10, 'closed')).toBe(false);
    expect(isStable(windows([100, 5], [100, 5], [100, 5.6]), 10, 'closed')).toBe(false);
  });

  it('is not before three windows', () => {
    expect(isStable(windows([100, 5], [100, 5]), 10, 'closed')).toBe(false);
  });

  it('is not where nothing was answered, however alike the windows are', () => {
    expect(isStable(windows([0, null], [0, null], [0, null]), 10, 'closed')).toBe(false);
  });

  it('is judged by the share it answered where arrivals are random', () => {
    const bursts = windows([80, 5], [100, 5], [120, 5]);
    expect(isStable(bursts, 10, 'closed')).toBe(false);
    expect(isStable(bursts, 10, 'open')).toBe(true);
    const overloaded = bursts.map((window, i) => ({ ...window, due: window.due * (1 + i / 4) }));
    expect(isStable(overloaded, 10, 'open')).toBe(false);
  });
});

describe('a spread', () => {
  it('is largest by smallest, less 1, and infinite where there was nothing', () => {
    expect(spreadOf([100, 110, 105])).toBeCloseTo(0.1, 12);
    expect(spreadOf([1, null])).toBe(Number.POSITIVE_INFINITY);
  });
});
