import { hash } from 'node:crypto';

const range = 2 ** 48;

/** First 48 bits of SHA-256 of the text, as a number in [0, 1). */
export function uniformOf(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16) / range;
}

/**
 * Where a unit (an entity, else a request id) falls in [0, 1). The same on every
 * replica and after every restart, so that an entity is either always in the sample or never, and a higher
 * rate keeps all that a lower one had.
 */
export function samplingPosition(salt: string, unit: string): number {
  return uniformOf(`${salt}:${unit}`);
}
