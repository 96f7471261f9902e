import type { PerfPoint } from './perf-result.ts';
import { spreadOf, windowsThatAgree } from './stability.ts';

export type Verdict = 'better' | 'worse' | 'within the noise' | 'not comparable';

export interface Change {
  /** New by old. */
  readonly ratio: number | null;
  readonly verdict: Verdict;
}

/** Two runs of the same server differ by about as much on a quiet machine, however alike the windows of each are. */
const leastNoise = 0.05;

/**
 * How a figure moved that was taken in several windows, then and now. The noise is what the windows show: it has moved where
 * all windows of one run are above all of the other, and the ratio is beyond the larger of the two runs' own spreads and 5%.
 * If nothing had changed, three and three windows in random order would lie so in 2 of 20 orders (exact permutation test,
 * p = 0.1). Windows of one run are more alike than those of two, since a process keeps its luck (memory layout, what was
 * compiled, neighbours), so that alone would cry wolf; hence the second condition. It is a filter for what deserves a
 * second run, not a proof.
 */
export function changeOf(
  before: readonly (number | null)[],
  after: readonly (number | null)[],
  higherIsBetter: boolean,
): Change {
  const ratio = ratioOf(before, after);
  if (ratio === null || Math.min(before.length, after.length) < windowsThatAgree) {
    return { ratio, verdict: 'not comparable' };
  }
  return { ratio, verdict: verdictOf(before, after, ratio, higherIsBetter) };
}

/** Why a point cannot be compared; null where it can. */
export function doubtOf(point: PerfPoint, when: string): string | null {
  if (point.windows.length < windowsThatAgree) return `${when} it had fewer than three windows`;
  if (point.generatorLimit !== null) return `${when} the generator was ${point.generatorLimit}`;
  if (Object.keys(point.errors).length > 0 || point.unanswered > 0) return `${when} requests failed`;
  return null;
}

function verdictOf(
  before: readonly (number | null)[],
  after: readonly (number | null)[],
  ratio: number,
  higherIsBetter: boolean,
): Verdict {
  const [old, now] = [before, after].map((values) => values.map((value) => value ?? 0)) as [
    number[],
    number[],
  ];
  const disjoint = Math.min(...now) > Math.max(...old) || Math.max(...now) < Math.min(...old);
  const noise = Math.max(leastNoise, spreadOf(before), spreadOf(after));
  if (!disjoint || Math.abs(Math.log(ratio)) <= Math.log1p(noise)) return 'within the noise';
  return ratio > 1 === higherIsBetter ? 'better' : 'worse';
}

/** Of the means; null where one of them is nothing. */
function ratioOf(before: readonly (number | null)[], after: readonly (number | null)[]): number | null {
  const total = (values: readonly (number | null)[]): number | null =>
    values.includes(null)
      ? null
      : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
  const [old, now] = [total(before), total(after)];
  return old === null || now === null || old === 0 || now === 0 ? null : now / old;
}
