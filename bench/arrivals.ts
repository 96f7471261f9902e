import { Random } from '../models/training/random.ts';
import type { RequestRate } from './load-plan.ts';

/** When requests are due, whatever the server does: milliseconds since the load began, ascending, one at a call. */
export type Arrivals = () => number;

/** `phase` in 0 … 1: several generators that share a rate are each due in the gaps of the others. */
export function constantArrivals(perSecond: number, phase = 0): Arrivals {
  let count = 0;
  return () => ((count++ + phase) * 1000) / perSecond;
}

/**
 * A Poisson process: gaps are exponential, as users that know nothing of each other make them. `uniform` gives numbers
 * in [0, 1); the gap is the inverse of the distribution, -ln(1 - u) / rate.
 */
export function poissonArrivals(perSecond: number, uniform: () => number): Arrivals {
  let due = 0;
  return () => {
    due -= (Math.log1p(-uniform()) * 1000) / perSecond;
    return due;
  };
}

/** The same for the same rate and seed. */
export function arrivalsOf({ perSecond, distribution, seed, phase }: RequestRate): Arrivals {
  if (distribution === 'constant') return constantArrivals(perSecond, phase);
  const random = new Random(seed);
  return poissonArrivals(perSecond, () => random.uniform());
}
