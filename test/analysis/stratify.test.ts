import { describe, expect, it } from 'vitest';
import { stratifiedDifference } from '../../src/analysis/stratified-difference.ts';
import { stratify } from '../../src/analysis/stratify.ts';

function part(size: number, n: number, gains: number, losses: number, unlabelled = 0) {
  const pairs = {
    n,
    disagreements: gains + losses + unlabelled,
    labelledDisagreements: gains + losses,
    gains,
    losses,
  };
  return { size, counts: { pairs, errors: { difference: { n: 0, sum: 0, sumSquares: 0 } } } };
}

describe('strata', () => {
  it('of many rows stand alone, with all but the variance of their own', () => {
    const strata = stratify('classification', [part(900, 10_000, 300, 100), part(100, 10_000, 500, 2000)]);
    expect(strata.map(({ size, estimate }) => [size, estimate])).toEqual([
      [900, 0.02],
      [100, -0.15],
    ]);
    expect(stratifiedDifference(strata)?.standardError).toBeCloseTo(0.0018534, 4);
  });

  it('of fewer than 30 rows, or of disagreements without any label, are taken together', () => {
    const strata = stratify('classification', [
      part(500, 1000, 30, 20),
      part(10, 29, 1, 0),
      part(20, 12, 0, 1),
      part(70, 400, 0, 0, 10),
    ]);
    expect(strata.map(({ size, n }) => [size, n])).toEqual([
      [500, 1000],
      [100, 441],
    ]);
  });

  it('that are heavy and have shown no difference yet are not taken for certain', () => {
    const light = part(5000, 5000, 250, 250);
    const [heavy] = stratify('classification', [part(95_000, 60, 0, 0), light]);
    expect(heavy?.estimate).toBe(0);
    // Two disagreements more, among the 60 rows and the 20 that hold two elsewhere.
    expect(heavy?.variance).toBeCloseTo(2 / 80, 3);
    const both = stratifiedDifference(stratify('classification', [part(95_000, 60, 0, 0), light]));
    expect(both?.standardError).toBeGreaterThan(0.01);
  });

  it('of which few labels are known are not taken for one-sided', () => {
    const [few] = stratify('classification', [part(500, 1000, 0, 1, 99), part(500, 1000, 50, 50)]);
    const [known] = stratify('classification', [part(500, 1000, 0, 100), part(500, 1000, 50, 50)]);
    expect(few?.estimate).toBeCloseTo(-0.1, 12);
    expect(known?.estimate).toBeCloseTo(-0.1, 12);
    expect(few?.variance).toBeGreaterThan(30 * (known?.variance ?? 1));
  });

  it('that never differ have no spread at all', () => {
    expect(stratify('classification', [part(10, 100, 0, 0)])).toEqual([
      { size: 10, n: 100, estimate: 0, variance: 0 },
    ]);
    expect(stratify('classification', [])).toEqual([]);
  });
});
