import { describe, expect, it } from 'vitest';
import {
  asymptoticHalfWidth,
  asymptoticInterval,
  logMeanEValue,
  mergeSums,
} from '../../../src/analysis/statistics/asymptotic-sequence.ts';

function sumsOf(values: readonly number[]) {
  return {
    n: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    sumSquares: values.reduce((sum, value) => sum + value ** 2, 0),
  };
}

describe('the asymptotic confidence sequence', () => {
  it('has the reference half-width at 10,000 observations', () => {
    expect(asymptoticHalfWidth(1, 10_000)).toBeCloseTo(0.0303521, 7);
  });

  it('gives no interval before 30 observations and one from then on', () => {
    const values = Array.from({ length: 30 }, (_, index) => Math.sin(index));
    expect(asymptoticInterval(sumsOf(values.slice(1)))).toBeNull();
    const interval = asymptoticInterval(sumsOf(values));
    const mean = sumsOf(values).sum / 30;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 30);
    expect(interval?.estimate).toBeCloseTo(mean, 12);
    expect(interval?.upper).toBeCloseTo(mean + asymptoticHalfWidth(deviation, 30), 12);
    expect(interval?.lower).toBeCloseTo(mean - asymptoticHalfWidth(deviation, 30), 12);
  });

  it('is the same whether sums are merged or taken at once', () => {
    const values = Array.from({ length: 100 }, (_, index) => Math.cos(index * 3));
    const merged = mergeSums(sumsOf(values.slice(0, 37)), sumsOf(values.slice(37)));
    expect(asymptoticInterval(merged)?.lower).toBeCloseTo(asymptoticInterval(sumsOf(values))?.lower ?? 0, 12);
  });

  it('has an e-value that passes 1/α exactly where the interval leaves zero outside', () => {
    const deviation = 2;
    const n = 5000;
    const edge = asymptoticHalfWidth(deviation, n);
    const sums = (mean: number) => ({ n, sum: mean * n, sumSquares: n * (deviation ** 2 + mean ** 2) });
    expect(logMeanEValue(sums(edge))).toBeCloseTo(Math.log(20), 9);
    expect(logMeanEValue(sums(edge * 0.99))).toBeLessThan(Math.log(20));
    expect(logMeanEValue(sums(0))).toBeLessThan(0);
  });
});
