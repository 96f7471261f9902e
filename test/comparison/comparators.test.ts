import { describe, expect, it } from 'vitest';
import { compareClassification } from '../../src/comparison/classification.ts';
import type { Observation } from '../../src/comparison/observation.ts';
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
