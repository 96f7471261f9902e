import { type WeightedSample, walkDistributions } from './weighted-sample.ts';

/** Wasserstein-1 (earth mover's) distance ∫ |F_a − F_b|, in the unit of the values. Vallender 1974. */
export function wasserstein(a: WeightedSample, b: WeightedSample): number {
  let area = 0;
  walkDistributions(a, b, (difference, width) => {
    area += Math.abs(difference) * width;
  });
  return area;
}
