import type { Task } from '../inference/prediction.ts';
import { cautiousVariance } from './cautious-variance.ts';
import { differenceMoments } from './difference.ts';
import { type DifferenceCounts, mergeDifferenceCounts } from './pair-counts.ts';
import type { Stratum } from './stratified-difference.ts';

/** Strata smaller than this are taken together: their own variance says too little. */
const fewestPairs = 30;

/** Rows of all traffic with the same segment values, and what was counted of those that were compared. */
export interface TrafficPart {
  readonly size: number;
  readonly counts: DifferenceCounts;
}

/** The strata of some parts of the traffic; parts of few rows, or without a label where one is needed, make one together. */
export function stratify(task: Task, parts: readonly TrafficPart[]): Stratum[] {
  const sum = (of: (part: TrafficPart) => number) => parts.reduce((total, part) => total + of(part), 0);
  const rate = sum(({ counts }) => counts.pairs.disagreements) / sum(({ counts }) => counts.pairs.n);
  const small = parts.filter((part) => !standsAlone(part));
  const together = small.length === 0 ? [] : [small.reduce(merge)];
  return [...parts.filter(standsAlone), ...together].flatMap((part) => stratumOf(task, part, rate));
}

function standsAlone({ counts: { pairs } }: TrafficPart): boolean {
  return pairs.n >= fewestPairs && (pairs.disagreements === 0 || pairs.labelledDisagreements > 0);
}

function merge(a: TrafficPart, b: TrafficPart): TrafficPart {
  return { size: a.size + b.size, counts: mergeDifferenceCounts(a.counts, b.counts) };
}

function stratumOf(task: Task, { size, counts }: TrafficPart, rate: number): Stratum[] {
  const moments = differenceMoments(task, counts);
  if (moments === null) return [];
  const cautious = task === 'classification' ? cautiousVariance(counts.pairs, rate) : null;
  return [{ size, ...moments, variance: cautious ?? moments.variance }];
}
