import { describe, expect, it } from 'vitest';
import { cosineSimilarity } from '../../src/comparison/cosine-similarity.ts';
import { observedVector } from '../../src/comparison/observed-vector.ts';

describe('what is kept of a vector', () => {
  it('is its floats as they are, and its length', () => {
    const vector = Float32Array.of(3, -4);
    expect(observedVector(vector)).toEqual({ value: 5, vector });
  });

  it('is the direction of doubles, however long', () => {
    const { value, vector } = observedVector(Float64Array.of(3e200, -4e200));
    expect(value / 5e200).toBeCloseTo(1, 12);
    expect([...vector]).toEqual([0.75, -1]);
    expect(observedVector(Float64Array.of(1.7e308, 1.7e308)).value).toBe(Number.MAX_VALUE);
    const tiny = observedVector(Float64Array.of(1e-320, 0));
    expect([...tiny.vector]).toEqual([1, 0]);
  });

  it('is that of any other number', () => {
    expect(observedVector(BigInt64Array.of(3n, -4n)).value).toBeCloseTo(5, 12);
    expect(observedVector(Int8Array.of(0, 0))).toEqual({ value: 0, vector: Float32Array.of(0, 0) });
    const half = observedVector(Float16Array.of(1, 2)).vector;
    expect(cosineSimilarity(half, Float32Array.of(1, 2))).toBeCloseTo(1, 12);
  });
});
