import { describe, expect, it } from 'vitest';
import { plannedRatios } from '../../../bench/suite/planned-ratios.ts';
import type { RatioPlan } from '../../../bench/suite/scenario.ts';
import { outcomeOf } from '../../../bench/suite/wanted.ts';
import { madeUpSuitePoint } from './made-up-suite.ts';

const throughput: RatioPlan = { measure: 'throughput', of: 'ours', by: 'theirs', wanted: { atLeast: 0.8 } };
const ours = madeUpSuitePoint('ours', [
  [900, 2],
  [880, 4],
]);
const theirs = madeUpSuitePoint('theirs', [
  [1000, 1],
  [1100, 2],
]);

describe('a planned ratio', () => {
  it('is that of all rounds together, with that of each round beside it', () => {
    const [ratio] = plannedRatios([ours, theirs], [throughput]);
    expect(ratio!.value).toBeCloseTo(1780 / 2100, 10);
    expect(ratio!.rounds).toEqual([0.9, 0.8]);
    expect(ratio!.doubt).toBeNull();
    expect(outcomeOf(ratio!)).toBe('hit');
  });

  it('of latencies is taken of merged histograms, in rows where requests hold several', () => {
    const [p50] = plannedRatios([ours, theirs], [{ ...throughput, measure: 'p50', wanted: { atMost: 1.1 } }]);
    expect(p50!.rounds).toEqual([expect.closeTo(2, 2), expect.closeTo(2, 2)]);
    // Half of all requests took 2 ms on both sides, though in each round ours took twice as long.
    expect(p50!.value).toBeCloseTo(1, 2);
    expect(outcomeOf(p50!)).toBe('hit');
    expect(outcomeOf({ ...p50!, value: 1.2 })).toBe('miss');
    const many = plannedRatios([{ ...ours, batchSize: 8 }, theirs], [throughput]);
    expect(many[0]!.rounds).toEqual([7.2, 6.4]);
  });

  it('is made at each place on the axis, or against one place', () => {
    const at = (x: number, rate: number) => madeUpSuitePoint('ours', [[rate, 1]], { x });
    const points = [at(1, 100), at(4, 300), { ...at(4, 600), subject: 'theirs' }];
    expect(plannedRatios(points, [throughput]).map(({ x, value }) => [x, value])).toEqual([[4, 0.5]]);
    const growth: RatioPlan = { ...throughput, by: 'ours', byX: 1 };
    expect(plannedRatios(points, [growth]).map(({ x, by, value }) => [x, by, value])).toEqual([
      [4, 'ours at 1', 3],
    ]);
  });

  it('has no value where requests failed, and a doubt where the generator was the limit', () => {
    const failed = { ...theirs, errors: { 503: 1 } };
    const [none] = plannedRatios([ours, failed], [throughput]);
    expect(none).toMatchObject({ value: null, doubt: 'requests to theirs failed' });
    expect(outcomeOf(none!)).toBe('not measured');
    const [doubted] = plannedRatios([{ ...ours, generatorLimit: 'saturated' }, theirs], [throughput]);
    expect(doubted).toMatchObject({ doubt: 'with ours the generator was saturated' });
    expect(doubted!.value).not.toBeNull();
  });
});
