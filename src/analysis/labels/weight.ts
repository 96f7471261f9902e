import type { Judgement } from '../judgement/judgement.ts';
import type { Segment } from '../report/report.ts';
import type { PairCounts } from '../rows/pair-counts.ts';

/** One set of rows whose bounds labels narrow: a declared segment, or all rows (`segment` is null). */
export interface JudgedLabelSet {
  readonly segment: Segment | null;
  readonly status: Judgement['status'];
  /** Mature rows with both outcomes. */
  readonly n: number;
  readonly disagreements: number;
  readonly unlabelled: number;
  /** Of the bounds [(c−b−u)/n, (c−b+u)/n] of the difference: 2u/n. */
  readonly width: number;
  /** How far the alarm of a loss is on its way to its threshold, in [0, 1]. */
  readonly suspicion: number;
}

/** What is decided stays so only if the labelled disagreements speak for the others: worth a look, but not first. */
const decidedWeight = 0.1;

export function labelSetOf(
  segment: Segment | null,
  { pairs }: PairCounts,
  { status, logEValue }: Judgement,
  threshold: number,
): JudgedLabelSet {
  const unlabelled = pairs.disagreements - pairs.labelledDisagreements;
  return {
    ...{ segment, status, n: pairs.n, disagreements: pairs.disagreements, unlabelled },
    width: pairs.n === 0 ? 0 : (2 * unlabelled) / pairs.n,
    suspicion: Math.min(1, Math.max(0, logEValue / Math.log(threshold))),
  };
}

/** From 1 to 2 for what is undecided, the nearer to the alarm the more; a tenth for what is decided. */
export function statusWeight({ status, suspicion }: JudgedLabelSet): number {
  return status === 'undecided' ? 1 + suspicion : decidedWeight;
}

/** What the label of one row is worth to a set it is in: one label narrows its bounds by 2/n, weighted. */
export function labelWorth(set: JudgedLabelSet): number {
  return set.n === 0 ? 0 : (2 * statusWeight(set)) / set.n;
}
