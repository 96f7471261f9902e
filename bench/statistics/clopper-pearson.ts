import { regularizedBeta } from '../../src/analysis/statistics/incomplete-beta.ts';
import type { Share } from './simulation.ts';

/**
 * Monte Carlo error of a share of runs: the exact 95% interval for one look at a number of runs fixed beforehand.
 * Clopper & Pearson 1934.
 */
export function clopperPearson({ count, of }: Share): { readonly lower: number; readonly upper: number } {
  const tail = 0.025;
  return {
    lower: count === 0 ? 0 : solve((p) => regularizedBeta(p, count, of - count + 1) - tail),
    upper: count === of ? 1 : solve((p) => regularizedBeta(p, count + 1, of - count) - (1 - tail)),
  };
}

/** Where a function that rises over [0, 1] is zero. */
function solve(rising: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 50; halving += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
