import { describe, expect, it } from 'vitest';
import { stratify } from '../../../src/analysis/judgement/stratify.ts';
import { pairCountsIn } from '../../../src/analysis/rows/pair-counts.ts';
import { mergePairs } from '../../../src/analysis/statistics/paired-accuracy.ts';
import { stratifiedDifference } from '../../../src/analysis/statistics/stratified-difference.ts';
import { evenSums } from '../../support/even-sums.ts';

const nothing = pairCountsIn(undefined);

function part(size: number, n: number, gains: number, losses: number, unlabelled = 0) {
  const disagreements = gains + losses + unlabelled;
  const labelledDisagreements = gains + losses;
  const pairs = { n, disagreements, labelledDisagreements, gains, losses };
  const counts = { ...nothing, n, withOutcome: n, agreed: n - disagreements, pairs };
  return { size, pairs, sums: evenSums(counts, Math.min(1, n / size)) };
}

function strataOf(...parts: ReturnType<typeof part>[]) {
  const pairs = parts.map((one) => one.pairs).reduce(mergePairs);
  return stratify('classification', parts, { ...nothing, pairs }).strata;
}

describe('strata', () => {
  it('of many rows stand alone, with all but the variance of their own', () => {
    const strata = strataOf(part(900, 10_000, 300, 100), part(100, 10_000, 500, 2000));
    expect(strata.map(({ size, estimate }) => [size, estimate])).toEqual([
      [900, 0.02],
      [100, -0.15],
    ]);
    expect(stratifiedDifference(strata)?.standardError).toBeCloseTo(0.0018534, 4);
  });

  it('of fewer than 30 rows, or of disagreements without any label, are taken together', () => {
    const strata = strataOf(
      part(500, 1000, 30, 20),
      part(10, 29, 1, 0),
      part(20, 12, 0, 1),
      part(70, 400, 0, 0, 10),
    );
    expect(strata.map(({ size, n }) => [size, n])).toEqual([
      [500, 1000],
      [100, 441],
    ]);
  });

  it('that are heavy and have shown no difference yet are not taken for certain', () => {
    const light = part(5000, 5000, 250, 250);
    const [heavy] = strataOf(part(95_000, 60, 0, 0), light);
    expect(heavy?.estimate).toBe(0);
    // Two disagreements more, among the 60 rows and the 20 that hold two elsewhere.
    expect(heavy?.variance).toBeCloseTo(2 / 80, 3);
    const both = stratifiedDifference(strataOf(part(95_000, 60, 0, 0), light));
    expect(both?.standardError).toBeGreaterThan(0.01);
  });

  it('of which few labels are known are not taken for one-sided', () => {
    const [few] = strataOf(part(500, 1000, 0, 1, 99), part(500, 1000, 50, 50));
    const [known] = strataOf(part(500, 1000, 0, 100), part(500, 1000, 50, 50));
    expect(few?.estimate).toBeCloseTo(-0.1, 12);
    expect(known?.estimate).toBeCloseTo(-0.1, 12);
    expect(few?.variance).toBeGreaterThan(30 * (known?.variance ?? 1));
  });

  it('that never differ have no spread at all', () => {
    expect(strataOf(part(10, 100, 0, 0))).toEqual([{ size: 10, n: 100, estimate: 0, variance: 0 }]);
  });
});
