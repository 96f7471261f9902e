import { describe, expect, it } from 'vitest';
import {
  betaBinomialInterval,
  logRateEValue,
} from '../../../src/analysis/statistics/beta-binomial-sequence.ts';
import { logBeta } from '../../../src/analysis/statistics/log-gamma.ts';
import { seededRandom } from '../../support/random.ts';

describe('the beta-binomial confidence sequence', () => {
  it('gives the reference interval of 300 events in 10,000', () => {
    const { estimate, lower, upper } = betaBinomialInterval({ k: 300, n: 10_000 });
    expect(estimate).toBe(0.03);
    expect(lower).toBeCloseTo(0.0237345, 7);
    expect(upper).toBeCloseTo(0.0372455, 7);
  });

  it('bounds a rate of which no event was seen', () => {
    const { lower, upper } = betaBinomialInterval({ k: 0, n: 10_000 });
    expect(lower).toBe(0);
    expect(upper).toBeCloseTo(0.000816994, 9);
  });

  it('mirrors the interval when events and non-events change places', () => {
    for (const [k, n] of [
      [0, 50],
      [7, 90],
      [90, 90],
    ] as const) {
      const interval = betaBinomialInterval({ k, n });
      const mirrored = betaBinomialInterval({ k: n - k, n });
      expect(interval.lower).toBeCloseTo(1 - mirrored.upper, 12);
      expect(interval.upper).toBeCloseTo(1 - mirrored.lower, 12);
    }
  });

  it('says nothing before the first observation', () => {
    expect(betaBinomialInterval({ k: 0, n: 0 })).toEqual({ estimate: Number.NaN, lower: 0, upper: 1 });
  });

  it('ends where the mixture likelihood ratio is 1/α, also among a billion', () => {
    const [k, n] = [30_000_000, 1_000_000_000];
    const { lower, upper } = betaBinomialInterval({ k, n }, 0.01);
    for (const p of [lower, upper]) {
      const ratio =
        logBeta(k + 0.5, n - k + 0.5) - logBeta(0.5, 0.5) - k * Math.log(p) - (n - k) * Math.log1p(-p);
      expect(ratio).toBeCloseTo(Math.log(100), 3);
      expect(logRateEValue({ k, n }, p)).toBe(ratio);
    }
  });

  it('keeps the truth inside at every one of 2,000 looks in at least 95% of runs', () => {
    const random = seededRandom(11);
    let missed = 0;
    for (let run = 0; run < 200; run += 1) {
      let k = 0;
      let outside = false;
      for (let n = 1; n <= 2000 && !outside; n += 1) {
        if (random() < 0.2) k += 1;
        const ratio =
          logBeta(k + 0.5, n - k + 0.5) - logBeta(0.5, 0.5) - k * Math.log(0.2) - (n - k) * Math.log(0.8);
        if (ratio < Math.log(20)) continue;
        const { lower, upper } = betaBinomialInterval({ k, n });
        outside = lower > 0.2 || upper < 0.2;
      }
      if (outside) missed += 1;
    }
    expect(missed).toBeLessThanOrEqual(10);
  });
});
