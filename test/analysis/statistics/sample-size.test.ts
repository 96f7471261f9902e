import { describe, expect, it } from 'vitest';
import { anytimeSampleSize, connorSampleSize } from '../../../src/analysis/statistics/sample-size.ts';

describe('how many pairs are needed', () => {
  it('by Connor for one look', () => {
    expect(connorSampleSize(0.05, 0.02)).toBe(979);
    expect(connorSampleSize(0.05, 0.01)).toBe(3923);
    expect(connorSampleSize(0.03, 0.005)).toBe(9417);
  });

  it('for watching all the time', () => {
    expect(anytimeSampleSize(0.05 - 0.02 ** 2, 0.02)).toBe(2156);
    expect(anytimeSampleSize(0.05 - 0.01 ** 2, 0.01)).toBe(7531);
  });
});
