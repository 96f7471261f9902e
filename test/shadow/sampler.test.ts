import { describe, expect, it } from 'vitest';
import { samplingPosition, uniformOf } from '../../src/shadow/sampler.ts';

describe('the sampler', () => {
  it('takes the first 48 bits of SHA-256', () => {
    expect(uniformOf('abc')).toBeCloseTo(0.7283949, 7);
  });

  it('puts a unit where every replica puts it, elsewhere under another salt', () => {
    expect(samplingPosition('fraud', 'u17')).toBe(uniformOf('fraud:u17'));
    expect(samplingPosition('fraud', 'u17')).not.toBe(samplingPosition('churn', 'u17'));
  });

  it('spreads units evenly over [0, 1)', () => {
    const bins = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) bins[Math.floor(samplingPosition('salt', `unit-${i}`) * 10)]!++;
    const chiSquare = bins.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0);
    // 27.9 is exceeded once in a thousand times with 9 degrees of freedom.
    expect(chiSquare).toBeLessThan(27.9);
  });
});
