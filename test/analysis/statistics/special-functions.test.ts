import { describe, expect, it } from 'vitest';
import { logRegularizedBeta, regularizedBeta } from '../../../src/analysis/statistics/incomplete-beta.ts';
import { logBeta, logGamma } from '../../../src/analysis/statistics/log-gamma.ts';
import { normalQuantile } from '../../../src/analysis/statistics/normal-quantile.ts';

describe('log-gamma', () => {
  it('is the logarithm of factorials and of √π at a half', () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 14);
    let factorial = 1;
    for (let n = 1; n <= 20; n += 1) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 12);
      factorial *= n;
    }
    expect(logGamma(100)).toBeCloseTo(359.1342053695754, 11);
  });

  it('has no value at or below zero', () => {
    expect(logGamma(0)).toBeNaN();
  });
});

describe('the regularised incomplete beta function', () => {
  it('is the tail of the binomial distribution', () => {
    // I_p(k, n−k+1) = P(X ≥ k).
    const binomial = (n: number, k: number) => Math.exp(-Math.log(n + 1) - logBeta(k + 1, n - k + 1));
    for (const [n, k, p] of [
      [10, 3, 0.3],
      [60, 41, 0.5],
      [7, 7, 0.9],
    ] as const) {
      let tail = 0;
      for (let i = k; i <= n; i += 1) tail += binomial(n, i) * p ** i * (1 - p) ** (n - i);
      expect(regularizedBeta(p, k, n - k + 1)).toBeCloseTo(tail, 12);
    }
  });

  it('is symmetric, and a half in the middle also for large parameters', () => {
    expect(regularizedBeta(0.5, 1e6, 1e6)).toBeCloseTo(0.5, 6);
    expect(regularizedBeta(0.2, 3, 4) + regularizedBeta(0.8, 4, 3)).toBeCloseTo(1, 12);
    expect(regularizedBeta(0, 2, 2)).toBe(0);
    expect(regularizedBeta(1, 2, 2)).toBe(1);
  });

  it('keeps its logarithm where the value itself is too small for a number', () => {
    expect(logRegularizedBeta(0.5, 5000, 1)).toBeCloseTo(-5000 * Math.LN2, 6);
  });
});

describe('the normal quantile', () => {
  it('gives the values of the tables on both sides', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 6);
    expect(normalQuantile(0.2)).toBeCloseTo(-0.8416212, 6);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361341, 5);
    expect(normalQuantile(1e-13)).toBeCloseTo(-7.348796, 5);
  });
});
