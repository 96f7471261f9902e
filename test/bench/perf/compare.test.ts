import { describe, expect, it } from 'vitest';
import { compareResults } from '../../../bench/perf/compare.ts';
import { compareTable, gotWorse } from '../../../bench/perf/compare-table.ts';
import type { PerfPoint } from '../../../bench/perf/perf-result.ts';
import { madeUpPoint, madeUpResult, madeUpWindow } from './made-up-point.ts';

type Pairs = readonly (readonly [requestsPerSecond: number, milliseconds: number])[];
const point = (pairs: Pairs, changes: Partial<PerfPoint> = {}): PerfPoint =>
  madeUpPoint(
    pairs.map(([rate, milliseconds]) => madeUpWindow(rate, milliseconds)),
    changes,
  );
const quiet: Pairs = [
  [1000, 5],
  [1010, 5.1],
  [990, 4.9],
];
const times = (pairs: Pairs, rate: number, latency: number): Pairs =>
  pairs.map(([requestsPerSecond, milliseconds]) => [requestsPerSecond * rate, milliseconds * latency]);

const compare = (old: PerfPoint, now: PerfPoint) =>
  compareResults(madeUpResult([old]), madeUpResult([now]))[0]!;

describe('a comparison of two runs', () => {
  it('says what got better and what worse, each in its own direction', () => {
    const { throughput, latency } = compare(point(quiet), point(times(quiet, 1.5, 2)));
    expect(throughput).toEqual({ ratio: expect.closeTo(1.5, 2), verdict: 'better' });
    expect(latency).toEqual({ ratio: expect.closeTo(2, 2), verdict: 'worse' });
  });

  it('takes what is no larger than 5% for noise, however quiet the windows are', () => {
    const { throughput, latency } = compare(point(quiet), point(times(quiet, 0.96, 1.03)));
    expect([throughput.verdict, latency.verdict]).toEqual(['within the noise', 'within the noise']);
  });

  it('takes what is within the spread of either run for noise', () => {
    const noisy: Pairs = [
      [700, 4],
      [1000, 6],
      [1300, 9],
    ];
    for (const [old, now] of [
      [point(noisy), point(times(quiet, 1.35, 2))],
      [point(times(quiet, 1.35, 2)), point(noisy)],
    ] as const) {
      expect(compare(old, now).throughput.verdict).toBe('within the noise');
      expect(compare(old, now).latency.verdict).toBe('within the noise');
    }
  });

  it('compares nothing where the generator was the limit or requests failed, and says so', () => {
    const worse = times(quiet, 0.5, 2);
    const stalled = compare(point(quiet), point(worse, { generatorLimit: 'stalled' }));
    expect(stalled).toMatchObject({
      reason: 'now the generator was stalled',
      latency: { verdict: 'not comparable' },
    });
    const failed = compare(point(quiet, { errors: { 503: 4 } }), point(worse));
    expect(failed).toMatchObject({
      reason: 'then requests failed',
      throughput: { verdict: 'not comparable' },
    });
  });

  it('looks at the points that both have', () => {
    const of = (concurrency: number) => point(quiet, { concurrency });
    const both = compareResults(madeUpResult([of(1), of(2)]), madeUpResult([of(2), of(3)]));
    expect(both.map(({ concurrency }) => concurrency)).toEqual([2]);
    expect(() => compareResults(madeUpResult([of(1)]), madeUpResult([of(2)]))).toThrow('no point in common');
  });

  it('is refused where the runs measured different things', () => {
    const old = madeUpResult([point(quiet)]);
    expect(() => compareResults(old, { ...old, percentile: 50 })).toThrow(
      'then m, p99, JSON, closed loop, now m, p50',
    );
    expect(() => compareResults(old, { ...old, binary: true })).toThrow('now m, p99, binary');
  });

  it('is shown with the machine, where that is another', () => {
    const old = madeUpResult([point(quiet)]);
    const now = madeUpResult([point(times(quiet, 0.5, 2))], { machine: { ...old.machine, kernel: '7' } });
    const comparisons = compareResults(old, now);
    const text = compareTable(old, now, comparisons);
    expect(text).toContain('not the same kernel: then 6, now 7');
    expect(text).toMatch(/│ 1 +│ 4 +│ 0\.50 +│ worse +│ 2\.00 +│ worse/);
    expect(gotWorse(comparisons)).toBe(true);
    expect(gotWorse(compareResults(old, old))).toBe(false);
  });
});
