import { describe, expect, it } from 'vitest';
import { jensenShannonDistance } from '../../../src/analysis/statistics/jensen-shannon.ts';
import { kolmogorovSmirnov } from '../../../src/analysis/statistics/kolmogorov-smirnov.ts';
import { populationStability } from '../../../src/analysis/statistics/population-stability.ts';
import { wasserstein } from '../../../src/analysis/statistics/wasserstein.ts';

const p = Array.from({ length: 10 }, () => 0.1);
const q = [0.05, 0.07, 0.08, 0.1, 0.1, 0.1, 0.12, 0.12, 0.13, 0.13];
const once = (values: readonly number[]) => values.map((value) => [value, 1] as const);
const a = once([0.55, 0.6, 0.62, 0.7, 0.71, 0.8, 0.83, 0.9, 0.91, 0.97]);
const b = once([0.5, 0.58, 0.66, 0.69, 0.75, 0.82, 0.88, 0.93, 0.95, 0.99]);

describe('distances between distributions of confidence', () => {
  it('give the reference values', () => {
    expect(populationStability(p, q)).toBeCloseTo(0.0728552, 7);
    expect(jensenShannonDistance(p, q)).toBeCloseTo(0.1139935, 7);
    expect(kolmogorovSmirnov(a, b)).toBeCloseTo(0.2, 12);
    expect(wasserstein(a, b)).toBeCloseTo(0.032, 12);
  });

  it('are zero between a distribution and itself', () => {
    expect(populationStability(q, q)).toBe(0);
    expect(jensenShannonDistance(q, q)).toBe(0);
    expect(kolmogorovSmirnov(a, a)).toBeCloseTo(0, 12);
    expect(wasserstein(a, a)).toBeCloseTo(0, 12);
  });

  it('take weights for repetitions, in any order', () => {
    const repeated = once([0.9, 0.2, 0.9, 0.2, 0.2, 0.5]);
    const weighted = [
      [0.9, 2],
      [0.5, 1],
      [0.2, 3],
    ] as const;
    expect(kolmogorovSmirnov(weighted, b)).toBeCloseTo(kolmogorovSmirnov(repeated, b), 12);
    expect(wasserstein(weighted, b)).toBeCloseTo(wasserstein(repeated, b), 12);
    expect(wasserstein([[0.2, 1]], [[0.7, 400]])).toBeCloseTo(0.5, 12);
  });

  it('stay finite where a bin is empty', () => {
    expect(jensenShannonDistance([1, 0], [0, 1])).toBeCloseTo(1, 12);
    expect(populationStability([1, 0], [0, 1])).toBeCloseTo(2 * (1 - 1e-4) * Math.log(1e4), 9);
  });
});
