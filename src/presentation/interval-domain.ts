import type { Block } from '../analysis/report/report.ts';
import type { Measure } from './measure.ts';

/** The scale that all intervals of a table share. */
export type Domain = readonly [number, number];

/** How far beyond all estimates the scale goes, in their own range: a tiny segment's interval may not squeeze the others. */
const furthest = 3;

/** Around all intervals and equality. */
export function domainOf({ interval, equal }: Measure, blocks: readonly Block[]): Domain {
  const intervals = blocks.map(interval).filter((known) => known !== null);
  const fixed = equal === null ? [] : [equal.at];
  if (intervals.length === 0) return [(fixed[0] ?? 0) - 1, (fixed[0] ?? 0) + 1];
  const estimates = [...intervals.map(({ estimate }) => estimate), ...fixed];
  const [least, most] = [Math.min(...estimates), Math.max(...estimates)];
  const reach = most > least ? furthest * (most - least) : Number.POSITIVE_INFINITY;
  const lower = Math.max(least - reach, Math.min(...intervals.map((known) => known.lower), ...fixed));
  const upper = Math.min(most + reach, Math.max(...intervals.map((known) => known.upper), ...fixed));
  const pad = 0.03 * (upper - lower) || 1;
  return [lower - pad, upper + pad];
}
