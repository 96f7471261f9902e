import type { PairCounts } from '../rows/pair-counts.ts';
import type { MeanSums } from '../statistics/asymptotic-sequence.ts';
import type { PairedCounts } from '../statistics/paired-accuracy.ts';
import type { Indicator, Value, WeightedSums } from '../statistics/weighted-sums.ts';

/**
 * The counts that a sample taken alike everywhere would have to have to say as much: shares and means are those of the weighted
 * rows, and n is Kish's effective number (Σw)²/Σw² (Kish 1965, 11.7). So they are no whole numbers, and each set of rows has an n
 * of its own.
 */
export function effectiveCounts(sums: WeightedSums, sampled: PairCounts): PairCounts {
  const { weight } = sums;
  const n = effectiveNumber(sums, 'rows');
  const outcomes = effectiveNumber(sums, 'outcomes');
  const labelled = effectiveNumber(sums, 'labelled');
  const confident = effectiveNumber(sums, 'confident');
  const measured = effectiveNumber(sums, 'measured');
  const of = (name: Indicator, base: Indicator, count: number) => shareOf(weight, name, base) * count;
  const mean = (name: Value, base: Indicator, count: number): MeanSums => ({
    n: count,
    sum: count === 0 ? 0 : (count * sums.sum[name]) / weight[base],
    sumSquares: count === 0 ? 0 : (count * sums.sumSquares[name]) / weight[base],
  });
  return {
    ...sampled,
    n,
    withOutcome: outcomes,
    agreed: of('agreed', 'outcomes', outcomes),
    primaryErrors: of('p_failed', 'rows', n),
    shadowErrors: of('s_failed', 'rows', n),
    shadowTimeouts: of('s_late', 'rows', n),
    confidence: {
      primarySum: mean('p_confidence', 'confident', confident).sum,
      shadowSum: mean('s_confidence', 'confident', confident).sum,
      difference: mean('confidence', 'confident', confident),
    },
    labelled,
    pairs: effectivePairs(sums),
    primaryRight: of('p_right', 'labelled', labelled),
    shadowRight: of('s_right', 'labelled', labelled),
    errors: {
      primary: mean('p_error', 'labelled', labelled),
      shadow: mean('s_error', 'labelled', labelled),
      difference: mean('error', 'labelled', labelled),
    },
    similarity: {
      ...sampled.similarity,
      dissimilarity: mean('dissimilarity', 'measured', measured),
      far: of('far', 'measured', measured),
    },
  };
}

/** The same of the pairs alone. */
export function effectivePairs(sums: WeightedSums): PairedCounts {
  const n = effectiveNumber(sums, 'mature');
  const of = (name: Indicator) => shareOf(sums.weight, name, 'mature') * n;
  return {
    n,
    disagreements: of('disagreements'),
    labelledDisagreements: of('labelled_disagreements'),
    gains: of('gains'),
    losses: of('losses'),
  };
}

/** In [0, 1]; weights add up with rounding errors. */
function shareOf(weight: WeightedSums['weight'], name: Indicator, base: Indicator): number {
  return weight[base] === 0 ? 0 : Math.min(1, weight[name] / weight[base]);
}

function effectiveNumber({ weight, squared }: WeightedSums, name: Indicator): number {
  return squared[name] === 0 ? 0 : weight[name] ** 2 / squared[name];
}

/** Kish's number of the pairs in which one version beat the other. */
export function effectiveDiscordant({ weight, squared }: WeightedSums): number {
  const squares = squared.gains + squared.losses;
  return squares === 0 ? 0 : (weight.gains + weight.losses) ** 2 / squares;
}
