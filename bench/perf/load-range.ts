import { InvalidArgumentError } from 'commander';

export interface LoadRange {
  readonly start: number;
  /** Null: no end, up to the first point above the latency threshold. */
  readonly end: number | null;
  readonly step: number;
  /** Each point is the last times the step, not plus it. */
  readonly multiplies?: true;
}

export interface RangeRules {
  readonly whole: boolean;
  readonly highest: number;
}

/**
 * `start:end:step` as perf_analyzer has it: end is start and step is 1 where they are left out, an end of 0 is none. A step
 * such as `x2`, which it does not have, multiplies.
 */
export function parseLoadRange(text: string, { whole, highest }: RangeRules): LoadRange {
  const multiplied = /^([^:]*:[^:]*:)x(.*)$/.exec(text);
  const parts = (multiplied ? `${multiplied[1]}${multiplied[2]}` : text).split(':');
  const numbers = parts.map(Number);
  const kind = whole ? 'whole numbers' : 'numbers';
  if (parts.length > 3 || parts.some((part) => part.trim() === '') || numbers.some(Number.isNaN)) {
    throw new InvalidArgumentError(`It must be start:end:step in ${kind}, such as 1:32:4.`);
  }
  const [start, end = start!, step = 1] = numbers as [number, number?, number?];
  if (whole && !numbers.every(Number.isInteger)) {
    throw new InvalidArgumentError(`It must be start:end:step in whole numbers, such as 1:32:4.`);
  }
  if (start <= 0 || step <= 0) throw new InvalidArgumentError('Start and step must be above 0.');
  if (multiplied && step < 2) throw new InvalidArgumentError('A step that multiplies must be x2 or more.');
  if (end !== 0 && end < start) throw new InvalidArgumentError(`Its end ${end} is below its start ${start}.`);
  if (Math.max(start, end) > highest)
    throw new InvalidArgumentError(`It goes beyond ${highest}, the most there is.`);
  const range = { start, end: end === 0 ? null : end, step };
  return multiplied ? { ...range, multiplies: true } : range;
}

/** Its points, ascending; without an end up to the highest. */
export function* pointsOf({ start, end, step, multiplies }: LoadRange, highest: number): Generator<number> {
  // Counted, not summed up, so that steps such as 0.1 do not drift.
  const point = (i: number): number => (multiplies ? start * step ** i : start + i * step);
  const last = (end ?? highest) + (multiplies ? 0 : step * 1e-9);
  for (let i = 0; point(i) <= last; i++) yield point(i);
}
