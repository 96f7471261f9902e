import type { PairCounts } from '../../src/analysis/rows/pair-counts.ts';
import { noCounts, noValues, type WeightedSums } from '../../src/analysis/statistics/weighted-sums.ts';

/** Sums over classified rows that were all sampled with the probability `pi`, from what was counted of them. */
export function evenSums({ n, withOutcome, agreed, labelled, pairs }: PairCounts, pi = 1): WeightedSums {
  const counted = {
    ...noCounts,
    rows: n,
    outcomes: withOutcome,
    agreed,
    mature: pairs.n,
    disagreements: pairs.disagreements,
    labelled,
    labelled_disagreements: pairs.labelledDisagreements,
    gains: pairs.gains,
    losses: pairs.losses,
  };
  const times = (factor: number) =>
    Object.fromEntries(Object.entries(counted).map(([name, count]) => [name, count * factor]));
  return {
    ...{ pairs: pairs.n, labelled, measured: 0, leastPi: pi, mostPi: pi },
    weight: { ...noCounts, ...times(1 / pi) },
    squared: { ...noCounts, ...times(1 / pi ** 2) },
    ...{ sum: noValues, sumSquares: noValues, squaredSum: noValues, squaredSumSquares: noValues },
  };
}
