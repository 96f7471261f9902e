import type { Task } from '../../inference/outputs/prediction.ts';
import type { Indicator, Value, WeightedSums } from './weighted-sums.ts';

interface Moments {
  readonly n: number;
  readonly estimate: number;
  /** Of the estimate, times n: per pair. */
  readonly variance: number;
}

/**
 * Mean of the paired difference among rows that were sampled with different probabilities π, each weighing 1/π: where a rate
 * changes while the difference does, an unweighted mean would follow the times of the higher rate. Estimate by Hájek 1971,
 * variance by linearisation (Särndal, Swensson, Wretman 1992, 5.6 and 5.7). With one π for all it is `differenceMoments`. Null
 * where there is nothing to estimate from.
 */
export function weightedMoments(task: Task, sums: WeightedSums): Moments | null {
  if (task === 'regression') return meanMoments(sums, sums.labelled, 'error', 'labelled');
  if (task === 'embedding') return meanMoments(sums, sums.measured, 'dissimilarity', 'measured');
  return accuracyMoments(sums);
}

/** Of a value over n rows, those that `among` counts. */
function meanMoments(
  { weight, squared, sum, squaredSum, squaredSumSquares }: WeightedSums,
  n: number,
  value: Value,
  among: Indicator,
): Moments | null {
  if (n === 0) return null;
  const estimate = sum[value] / weight[among];
  const squares =
    squaredSumSquares[value] - 2 * estimate * squaredSum[value] + estimate ** 2 * squared[among];
  return { n, estimate, variance: (n * Math.max(0, squares)) / weight[among] ** 2 };
}

/** Rate of disagreement times the mean difference among the labelled disagreements, as `pairedMoments` has it. */
function accuracyMoments({ pairs: n, weight, squared }: WeightedSums) {
  if (n === 0) return null;
  if (weight.disagreements === 0) return { n, estimate: 0, variance: 0 };
  const { mature, labelled_disagreements: labelled } = weight;
  if (labelled === 0) return null;
  const rate = weight.disagreements / mature;
  const mean = (weight.gains - weight.losses) / labelled;
  const draws = squared.labelled_disagreements - squared.gains - squared.losses;
  const ofRate =
    (rate ** 2 * (squared.mature - squared.disagreements) + (1 - rate) ** 2 * squared.disagreements) /
    mature ** 2;
  const ofMean =
    (squared.gains * (1 - mean) ** 2 + squared.losses * (1 + mean) ** 2 + draws * mean ** 2) / labelled ** 2;
  const together =
    ((1 - rate) * (squared.gains - squared.losses - mean * squared.labelled_disagreements)) /
    (mature * labelled);
  const variance = mean ** 2 * ofRate + rate ** 2 * ofMean + 2 * mean * rate * together;
  return { n, estimate: rate * mean, variance: n * Math.max(0, variance) };
}
