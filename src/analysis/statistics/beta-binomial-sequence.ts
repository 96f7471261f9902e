import type { Interval } from './interval.ts';
import { logBeta } from './log-gamma.ts';

/** k events among n trials: all that a rate's interval needs, so counts from several places just add up. */
export interface RateCount {
  readonly k: number;
  readonly n: number;
}

/** ln of the e-value against "the rate is p": what the interval inverts. */
export function logRateEValue(count: RateCount, p: number): number {
  return logEValues(count)(p);
}

/** The part that does not depend on p is calculated once. */
function logEValues({ k, n }: RateCount): (p: number) => number {
  const mixture = logBeta(k + 0.5, n - k + 0.5) - logBeta(0.5, 0.5);
  return (p) => {
    const failures = n - k === 0 ? 0 : (n - k) * Math.log1p(-p);
    const events = k === 0 ? 0 : k * Math.log(p);
    return mixture - events - failures;
  };
}

/**
 * Anytime-valid interval for a rate: {p : E(p) < 1/α}, with E the mixture likelihood ratio under a Beta(½, ½) prior.
 * It may be looked at after every observation. [0, 1] where n = 0 (the estimate is then NaN).
 * Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon 2021.
 */
export function betaBinomialInterval({ k, n }: RateCount, alpha = 0.05): Interval {
  const estimate = k / n;
  if (n === 0) return { estimate, lower: 0, upper: 1 };
  const logEValueOf = logEValues({ k, n });
  const limit = -Math.log(alpha);
  const outside = (p: number) => logEValueOf(p) >= limit;
  return {
    estimate,
    lower: k === 0 ? 0 : bisect(estimate, 0, outside),
    upper: k === n ? 1 : bisect(estimate, 1, outside),
  };
}

/** The border between `inside`, where `outside` is false, and `end`, where it is true. */
function bisect(inside: number, end: number, outside: (p: number) => boolean): number {
  let near = inside;
  let far = end;
  for (let step = 0; step < 200; step += 1) {
    const middle = (near + far) / 2;
    if (middle === near || middle === far) break;
    if (outside(middle)) far = middle;
    else near = middle;
  }
  return far;
}
