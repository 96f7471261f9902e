import { type WeightedSample, walkDistributions } from './weighted-sample.ts';

/** Kolmogorov-Smirnov statistic: the largest |F_a − F_b|. An effect size here, without a p-value. Smirnov 1948. */
export function kolmogorovSmirnov(a: WeightedSample, b: WeightedSample): number {
  let largest = 0;
  walkDistributions(a, b, (difference) => {
    largest = Math.max(largest, Math.abs(difference));
  });
  return largest;
}
