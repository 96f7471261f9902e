import { describe, expect, it } from 'vitest';
import { compareClassification } from '../../src/comparison/classification.ts';
import { compareEmbedding } from '../../src/comparison/embedding.ts';
import type { Observation } from '../../src/comparison/observation.ts';
import { asDeepAs, compareRanking } from '../../src/comparison/ranking.ts';
import { compareRegression } from '../../src/comparison/regression.ts';

const observation = (part: Partial<Observation>): Observation => ({
  ...{ status: 'ok', errorCode: null, label: null, value: null, confidence: null, probabilities: null },
  ...part,
});
const said = (label: string, confidence: number | null = null): Observation =>
  observation({ label, confidence });
const value = (number: number): Observation => observation({ value: number });
const nothing = { agree: null, absDiff: null, cosine: null };

describe('two classifications', () => {
  it('agree when they name the same class, however sure they are', () => {
    expect(compareClassification(said('1', 0.9), said('1', 0.6))).toEqual({
      ...{ agree: true, absDiff: expect.closeTo(0.3, 12), cosine: null },
    });
    expect(compareClassification(said('1', 0.6), said('0', 0.6))).toMatchObject({ agree: false, absDiff: 0 });
  });

  it('name classes by their text', () => {
    expect(compareClassification(said('cat'), said('Cat')).agree).toBe(false);
    expect(compareClassification(said('1'), said('01')).agree).toBe(false);
    expect(compareClassification(said(''), said('')).agree).toBe(true);
  });

  it('differ by no confidence where one gives none', () => {
    expect(compareClassification(said('1', 0.9), said('1'))).toEqual({ ...nothing, agree: true });
  });

  it('cannot be compared where one has no label', () => {
    expect(compareClassification(said('1'), value(1))).toEqual(nothing);
  });
});

describe('two regressions', () => {
  const compare = compareRegression({ absolute: 0.5, relative: 0.01 });

  it('agree within the tolerance, which grows with the primary', () => {
    // 0.5 + 0.01 · 100 = 1.5
    expect(compare(value(100), value(101.5))).toEqual({ agree: true, absDiff: 1.5, cosine: null });
    expect(compare(value(100), value(98.5)).agree).toBe(true);
    expect(compare(value(100), value(101.5625))).toEqual({ agree: false, absDiff: 1.5625, cosine: null });
    expect(compare(value(-100), value(-101.5)).agree).toBe(true);
    expect(compare(value(0), value(0.5)).agree).toBe(true);
    // The primary is the measure: 0.5 + 0.01 · 0 against 0.5 + 0.01 · 0.504.
    expect(compare(value(0), value(0.504)).agree).toBe(false);
    expect(compare(value(0.504), value(0)).agree).toBe(true);
  });

  it('cannot be compared where one has no value', () => {
    expect(compare(value(1), said('1'))).toEqual(nothing);
  });
});

describe('two embeddings', () => {
  const vector = (length: number, ...values: number[]): Observation =>
    observation({ value: length, vector: Float32Array.from(values) });

  it('agree from a cosine on, and differ by their lengths', () => {
    // (3·4 + 4·3) / (5 · 5) = 0.96
    const [a, b] = [vector(5, 3, 4), vector(5, 4, 3)];
    expect(compareEmbedding(0.95)(a, b)).toEqual({ agree: true, absDiff: 0, cosine: 0.96 });
    expect(compareEmbedding(0.97)(a, b)).toEqual({ agree: false, absDiff: 0, cosine: 0.96 });
    expect(compareEmbedding(0.99)(a, vector(10, 6, 8))).toEqual({ agree: true, absDiff: 5, cosine: 1 });
  });

  it('disagree where there is no angle between them', () => {
    expect(compareEmbedding(0.01)(vector(1, 1, 0), vector(1, 1, 0, 0))).toMatchObject({
      ...{ agree: false, cosine: 0 },
    });
    expect(compareEmbedding(0.01)(vector(0, 0, 0), vector(1, 1, 0))).toMatchObject({
      agree: false,
      cosine: 0,
    });
  });

  it('cannot be compared where one has no vector', () => {
    expect(compareEmbedding(0.99)(vector(1, 1), said('1'))).toEqual(nothing);
  });
});

describe('two rankings', () => {
  const ranked = (...items: string[]): Observation => observation({ items });
  const overlap = (primary: Observation, shadow: Observation) => compareRanking(1)(primary, shadow).overlap;

  it('have so much of the first k in common, in whatever order', () => {
    expect(overlap(ranked('a', 'b', 'c', 'd'), ranked('d', 'x', 'a', 'y'))).toBe(0.5);
    expect(overlap(ranked('a', 'b', 'c'), ranked('c', 'b', 'a'))).toBe(1);
    expect(overlap(ranked('a'), ranked('b'))).toBe(0);
  });

  it("are as deep as the primary's", () => {
    expect(overlap(ranked('a', 'b'), ranked('x', 'a', 'b'))).toBe(0.5);
    expect(overlap(ranked('a', 'b', 'c', 'd'), ranked('a', 'b'))).toBe(0.5);
    expect(overlap(ranked(), ranked('a'))).toBe(1);
    expect(asDeepAs(ranked('a', 'b'), ranked('x', 'a', 'b')).items).toEqual(['x', 'a']);
    const short = ranked('x');
    expect(asDeepAs(ranked('a', 'b'), short)).toBe(short);
    expect(asDeepAs(said('1'), short)).toBe(short);
  });

  it('agree within the tolerance', () => {
    const [a, b] = [ranked('a', 'b', 'c', 'd'), ranked('a', 'b', 'c', 'x')];
    expect(compareRanking(1)(a, b)).toEqual({ agree: false, absDiff: null, cosine: null, overlap: 0.75 });
    expect(compareRanking(0.75)(a, b).agree).toBe(true);
  });

  it('cannot be compared where one has no items', () => {
    expect(compareRanking(1)(ranked('a'), value(1))).toEqual(nothing);
  });
});
