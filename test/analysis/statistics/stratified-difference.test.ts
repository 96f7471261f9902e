import { expect, it } from 'vitest';
import { pairedMoments } from '../../../src/analysis/statistics/paired-accuracy.ts';
import { stratifiedDifference } from '../../../src/analysis/statistics/stratified-difference.ts';

function stratum(size: number, gains: number, losses: number, n: number) {
  const counts = {
    n,
    disagreements: gains + losses,
    labelledDisagreements: gains + losses,
    gains,
    losses,
  };
  const moments = pairedMoments(counts) ?? { estimate: Number.NaN, variance: Number.NaN };
  return { size, n, ...moments };
}

it('weighs strata by their traffic, as in the reference, and not by their sample', () => {
  const result = stratifiedDifference([
    stratum(900_000, 300, 100, 10_000),
    stratum(100_000, 500, 2000, 10_000),
  ]);
  expect(result?.estimate).toBeCloseTo(0.003, 12);
  expect(result?.standardError).toBeCloseTo(0.0018534, 7);
});

it('leaves out strata without a sample', () => {
  const one = stratum(900, 300, 100, 10_000);
  expect(stratifiedDifference([one, { size: 100, n: 0, estimate: 0, variance: 0 }])?.estimate).toBe(
    one.estimate,
  );
  expect(stratifiedDifference([])).toBeNull();
});
