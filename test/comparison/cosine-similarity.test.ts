import { describe, expect, it } from 'vitest';
import { cosineSimilarity } from '../../src/comparison/cosine-similarity.ts';

const vector = (...values: number[]): Float32Array => Float32Array.from(values);

describe('the cosine of two vectors', () => {
  it('is that of their angle, whatever their lengths', () => {
    // (1·4 + 2·3) / (√5 · 5)
    expect(cosineSimilarity(vector(1, 2), vector(4, 3))).toBeCloseTo(10 / (5 * Math.sqrt(5)), 12);
    expect(cosineSimilarity(vector(1, 0), vector(0, 7))).toBe(0);
    expect(cosineSimilarity(vector(1, 0), vector(5, 5))).toBeCloseTo(Math.SQRT1_2, 12);
    expect(cosineSimilarity(vector(1, -2), vector(-3, 6))).toBe(-1);
  });

  it('is exactly 1 for equal vectors, and never more', () => {
    for (let seed = 1; seed < 200; seed++) {
      const values = Float32Array.from({ length: 33 }, (_, i) => Math.sin(seed * (i + 1)));
      expect(cosineSimilarity(values, values)).toBe(1);
      expect(
        cosineSimilarity(
          values,
          values.map((value) => value / 3),
        ),
      ).toBeLessThanOrEqual(1);
    }
  });

  it('is reckoned for the smallest and the largest floats', () => {
    expect(cosineSimilarity(vector(3e38, 3e38), vector(3e38, 3e38))).toBe(1);
    expect(cosineSimilarity(vector(1e-45, 0), vector(1e-45, 0))).toBe(1);
  });

  it('is 0 beside a zero vector, which points nowhere, and 1 between two of them, which say the same', () => {
    expect(cosineSimilarity(vector(0, 0), vector(1, 2))).toBe(0);
    expect(cosineSimilarity(vector(1, 2), vector(0, 0))).toBe(0);
    expect(cosineSimilarity(vector(0, 0), vector(0, 0))).toBe(1);
  });

  it('is 0 between vectors of different dimensions', () => {
    expect(cosineSimilarity(vector(1, 2), vector(1, 2, 0))).toBe(0);
    expect(cosineSimilarity(vector(), vector(0))).toBe(0);
    expect(cosineSimilarity(vector(), vector())).toBe(1);
  });
});
