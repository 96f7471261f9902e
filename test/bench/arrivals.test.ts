import { describe, expect, it } from 'vitest';
import { type Arrivals, constantArrivals, poissonArrivals } from '../../bench/arrivals.ts';
import { Random } from '../../models/training/random.ts';

const poisson = (perSecond: number, seed: number): Arrivals => {
  const random = new Random(seed);
  return poissonArrivals(perSecond, () => random.uniform());
};

const gapsOf = (arrivals: Arrivals, count: number): number[] => {
  let before = 0;
  return Array.from({ length: count }, () => {
    const due = arrivals();
    const gap = due - before;
    before = due;
    return gap;
  });
};

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const middle = mean(values);
  return mean(values.map((x) => (x - middle) ** 2));
};

describe('arrivals', () => {
  it('are even at a constant rate, each generator in the gaps of the other', () => {
    const [first, second] = [constantArrivals(100), constantArrivals(100, 0.5)];
    expect([first(), first(), first()]).toEqual([0, 10, 20]);
    expect([second(), second()]).toEqual([5, 15]);
  });

  it('have exponential gaps as a Poisson process: their deviation is their mean', () => {
    const gaps = gapsOf(poisson(200, 7), 50_000);
    // Standard errors of mean and deviation at 50,000 gaps are 0.45% and 0.9%.
    expect(mean(gaps)).toBeCloseTo(5, 0);
    expect(Math.abs(mean(gaps) / 5 - 1)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(variance(gaps)) / 5 - 1)).toBeLessThan(0.03);
    expect(gaps.every((gap) => gap >= 0)).toBe(true);
  });

  it('come in counts a second whose variance is their mean', () => {
    const arrivals = poisson(50, 3);
    const counts = new Array<number>(2000).fill(0);
    for (let due = arrivals(); due < 2_000_000; due = arrivals()) counts[Math.floor(due / 1000)]!++;
    expect(Math.abs(mean(counts) / 50 - 1)).toBeLessThan(0.02);
    expect(Math.abs(variance(counts) / 50 - 1)).toBeLessThan(0.15);
  });

  it('are the same for the same seed, others for another', () => {
    expect(gapsOf(poisson(10, 1), 20)).toEqual(gapsOf(poisson(10, 1), 20));
    expect(gapsOf(poisson(10, 1), 20)).not.toEqual(gapsOf(poisson(10, 2), 20));
  });
});
