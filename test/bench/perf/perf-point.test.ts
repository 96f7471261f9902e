import { describe, expect, it } from 'vitest';
import type { LoadSlice } from '../../../bench/load-plan.ts';
import { fellBehind, kept, perfPoint } from '../../../bench/perf/perf-point.ts';
import { madeUpPoint, madeUpWindow } from './made-up-point.ts';

const nothing = new Float64Array();
const rest = (changes: Partial<LoadSlice> = {}): LoadSlice => ({
  ...{ seconds: 0.1, milliseconds: nothing, errors: {}, due: 0, waiting: 0, unansweredMilliseconds: nothing },
  generator: { utilization: 0, delayP99Milliseconds: 0 },
  ...changes,
});
const openLoop = {
  load: { kind: 'request rate', range: { start: 1, end: 1, step: 1 }, distribution: 'constant' },
  ...{ percentile: 99, stabilityPercentage: 10 },
} as const;
const point = (windows: Parameters<typeof perfPoint>[2]['windows'], after = rest()) =>
  perfPoint(openLoop, { batchSize: 4, load: 100 }, { windows, rest: [after], generators: 1 });

describe('a point', () => {
  it('is its last three windows together', () => {
    const { requestsPerSecond, inferencesPerSecond, p50Milliseconds, stable } = point([
      madeUpWindow(10, 900),
      ...[100, 101, 102].map((answered) => madeUpWindow(answered, 5)),
    ]);
    expect({ requestsPerSecond, inferencesPerSecond, stable }).toEqual({
      ...{ requestsPerSecond: 101, inferencesPerSecond: 404, stable: true },
    });
    expect(p50Milliseconds).toBeCloseTo(5, 1);
  });

  it('has the ages of requests that were never answered among its latencies', () => {
    const windows = [1, 2, 3].map(() => madeUpWindow(100, 5));
    expect(point(windows).p99Milliseconds).toBeCloseTo(5, 1);
    const seen = point(windows, rest({ unansweredMilliseconds: new Float64Array(20).fill(2500) }));
    expect(seen.unanswered).toBe(20);
    expect(seen.p99Milliseconds).toBeGreaterThan(2490);
  });

  it('counts the failed requests of all windows and of what came after', () => {
    const failed = madeUpWindow(100, 5, { errors: { 503: 2 } });
    const { errors } = point([failed, failed, failed, failed], rest({ errors: { 503: 1, ECONNRESET: 1 } }));
    expect(errors).toEqual({ 503: 9, ECONNRESET: 1 });
  });

  it('fell behind when more than 5% of what was due is left, but for a request or two', () => {
    expect(fellBehind([madeUpWindow(900, 5, { due: 1000 })])).toBe(true);
    expect(fellBehind([madeUpWindow(900, 5, { due: 1000, errors: { 503: 80 } })])).toBe(false);
    expect(fellBehind([madeUpWindow(3, 5, { due: 5 })])).toBe(false);
  });
});

describe('a point that keeps under a threshold', () => {
  const good = madeUpPoint([], { latencyMilliseconds: 9 });

  it('has its latency at most there', () => {
    expect(kept(good, 9)).toBe(true);
    expect(kept(good, 8.9)).toBe(false);
  });

  it.each([{ errors: { 503: 1 } }, { unanswered: 1 }, { fellBehind: true }, { latencyMilliseconds: null }])(
    'does not with %j, however fast the rest was',
    (fault) => {
      expect(kept({ ...good, ...fault }, 10)).toBe(false);
    },
  );
});
