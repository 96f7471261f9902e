import type { Task } from '../../inference/outputs/prediction.ts';
import type { PairCounts } from '../rows/pair-counts.ts';
import { cautiousVariance } from '../statistics/cautious-variance.ts';
import type { Stratum } from '../statistics/stratified-difference.ts';
import { weightedMoments } from '../statistics/weighted-moments.ts';
import { addWeighted, scaleWeighted, type WeightedSums } from '../statistics/weighted-sums.ts';
import { effectiveCounts, effectiveDiscordant, effectivePairs } from './effective-counts.ts';

/** Rows of all traffic with the same segment values, and sums over those that were compared. */
export interface TrafficPart {
  readonly size: number;
  readonly sums: WeightedSums;
}

/** What unevenly sampled or labelled rows say of all traffic. */
export interface WeightedEvidence {
  readonly strata: readonly Stratum[];
  /** Of the pairs in which one version beat the other. */
  readonly discordant: number;
  /** Counts of an even sample that would say as much. */
  readonly counts: PairCounts;
}

/** Strata smaller than this are taken together: their own variance says too little. */
const fewestPairs = 30;

/** Parts of few rows, or without a label where one is needed, make one stratum together. At least one part. */
export function stratify(task: Task, parts: readonly TrafficPart[], sampled: PairCounts): WeightedEvidence {
  const taken = takenTogether(parts);
  // Drops thin some strata more than others; their true sizes make up for it.
  const calibrated = taken
    .map(({ size, sums }) => scaleWeighted(sums, size / sums.weight.rows))
    .reduce(addWeighted);
  // Of the sample: a heavy part that has shown no disagreement must not speak for its own rate.
  const rate = sampled.pairs.n === 0 ? 0 : sampled.pairs.disagreements / sampled.pairs.n;
  return {
    strata: taken.flatMap((part) => stratumOf(task, part, rate)),
    discordant: effectiveDiscordant(calibrated),
    counts: effectiveCounts(calibrated, sampled),
  };
}

function takenTogether(parts: readonly TrafficPart[]): TrafficPart[] {
  const small = parts.filter((part) => !standsAlone(part));
  const alone = parts.filter(standsAlone);
  if (small.length === 0) return alone;
  const together = small.reduce((a, b) => ({ size: a.size + b.size, sums: addWeighted(a.sums, b.sums) }));
  return [...alone, together];
}

function standsAlone({ sums: { pairs, weight } }: TrafficPart): boolean {
  return pairs >= fewestPairs && (weight.disagreements === 0 || weight.labelled_disagreements > 0);
}

function stratumOf(task: Task, { size, sums }: TrafficPart, rate: number): Stratum[] {
  const moments = weightedMoments(task, sums);
  if (moments === null) return [];
  if (task === 'regression' || task === 'embedding') return [{ size, ...moments }];
  const effective = effectivePairs(sums);
  const cautious = cautiousVariance(effective, rate) ?? 0;
  // Both are per pair; the cautious one of as many pairs as there are in effect.
  const variance = Math.max(moments.variance, (cautious * moments.n) / effective.n);
  return [{ size, ...moments, variance }];
}
