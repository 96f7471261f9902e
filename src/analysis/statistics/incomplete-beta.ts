import { logBeta } from './log-gamma.ts';

const tiny = 1e-300;

/**
 * ln I_x(a, b), the logarithm of the regularised incomplete beta function, for a, b > 0 and x in [0, 1]. In logarithms,
 * because tails of 2⁻²⁰⁰⁰ are ordinary here. Continued fraction by Lentz's method (Press et al., Numerical Recipes,
 * 3rd ed. 2007, section 6.4), which needs about √max(a, b) steps.
 */
export function logRegularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY;
  if (x >= 1) return 0;
  if (x > (a + 1) / (a + b + 2)) return Math.log1p(-Math.exp(logRegularizedBeta(1 - x, b, a)));
  const front = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b) - Math.log(a);
  return front + Math.log(continuedFraction(x, a, b));
}

/** I_x(a, b). */
export function regularizedBeta(x: number, a: number, b: number): number {
  return Math.exp(logRegularizedBeta(x, a, b));
}

function continuedFraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  const limit = 1000 + 20 * Math.sqrt(Math.max(a, b));
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= limit; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return fraction;
}
