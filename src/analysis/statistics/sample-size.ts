import { asymptoticHalfWidth } from './asymptotic-sequence.ts';
import { normalQuantile } from './normal-quantile.ts';

/** Pairs needed to see a drop of d in accuracy with a single fixed-size test; q is the rate of disagreement. Connor 1987. */
export function connorSampleSize(q: number, d: number, alpha = 0.05, power = 0.8): number {
  const size =
    (-normalQuantile(alpha / 2) * Math.sqrt(q) + normalQuantile(power) * Math.sqrt(q - d * d)) ** 2;
  return Math.ceil(size / (d * d));
}

/**
 * Pairs needed to see a mean difference of d with the anytime-valid interval: the n that solves
 * hw(n) + z_β σ/√n = d, with hw the half-width of the asymptotic sequence and σ² the variance of one difference
 * (q − d² for accuracies with rate of disagreement q). To the nearest whole pair.
 */
export function anytimeSampleSize(variance: number, d: number, alpha = 0.05, power = 0.8): number {
  const sigma = Math.sqrt(variance);
  const reach = (n: number) =>
    asymptoticHalfWidth(sigma, n, alpha) + (normalQuantile(power) * sigma) / Math.sqrt(n);
  let low = 1;
  let high = 2;
  while (reach(high) > d) high *= 2;
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (reach(middle) > d) low = middle;
    else high = middle;
  }
  return Math.round(high);
}
