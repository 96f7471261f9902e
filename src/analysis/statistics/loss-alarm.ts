import { logRegularizedBeta } from './incomplete-beta.ts';
import { logBeta } from './log-gamma.ts';

/**
 * ln of the e-value against "a loss is no likelier than a gain": 2^(m+1) · B(b+1, c+1) · (1 − I½(b+1, c+1)) for b losses
 * and c gains, m = b + c. A uniform mixture of likelihood ratios over loss probabilities above ½, after
 * Robbins 1970; by Ville's inequality it ever exceeds 1/α with probability at most α.
 */
export function logLossAlarm(losses: number, gains: number): number {
  const upperTail = logRegularizedBeta(0.5, gains + 1, losses + 1);
  return (losses + gains + 1) * Math.LN2 + logBeta(losses + 1, gains + 1) + upperTail;
}

/** ln of the two-sided e-value, against "losses and gains are equally likely": 2^m · B(b+1, c+1). */
export function logChangeAlarm(losses: number, gains: number): number {
  return (losses + gains) * Math.LN2 + logBeta(losses + 1, gains + 1);
}

/** e^x, kept finite, since JSON carries no infinity. */
export function finiteExp(logarithm: number): number {
  return Math.min(Math.exp(logarithm), Number.MAX_VALUE);
}
