import type { Task } from '../inference/prediction.ts';
import { meanOf } from './asymptotic-sequence.ts';
import { betaBinomialInterval } from './beta-binomial-sequence.ts';
import { differenceOf, logAlarmOf } from './difference.ts';
import type { Interval } from './interval.ts';
import type { ErrorSums, PairCounts } from './pair-counts.ts';
import type { Status } from './report.ts';
import type { Stratum } from './stratified-difference.ts';

/** What the evidence says of one set of rows. */
export interface Judgement {
  readonly status: Status;
  /** Shadow minus primary: accuracy (above zero is better) or absolute error (above zero is worse). */
  readonly difference: Interval | null;
  readonly logEValue: number;
}

/** What a judgement is made of. */
export type JudgedCounts = Pick<PairCounts, 'pairs'> & {
  readonly errors: Pick<ErrorSums, 'primary' | 'difference'>;
};

export interface JudgementRules {
  readonly task: Task;
  readonly alpha: number;
  readonly margin: number;
  /** e-value at which the alarm sounds: K/α. */
  readonly threshold: number;
}

/**
 * `regressed` needs both the interval and the alarm; `better` and `safe` the interval's lower end. Before 30 discordant
 * pairs there is no interval; then a loss is ruled out by how rarely the versions differ at all: accuracy cannot fall by more
 * than the rate of losses and unlabelled disagreements, which has an exact interval.
 */
export function judge(
  counts: JudgedCounts,
  strata: readonly Stratum[] | null,
  rules: JudgementRules,
): Judgement {
  const { task, alpha } = rules;
  const difference = differenceOf(task, counts, strata, alpha);
  const logEValue = logAlarmOf(task, counts, alpha);
  const status =
    difference === null
      ? boundedStatus(counts, rules)
      : statusOf(asGain(task, difference), logEValue >= Math.log(rules.threshold), marginOf(counts, rules));
  return { status, difference, logEValue };
}

/** The margin in the unit of the difference: of a regression, a share of the primary's mean absolute error. */
function marginOf(counts: JudgedCounts, { task, margin }: JudgementRules): number {
  return task === 'classification' ? margin : margin * meanOf(counts.errors.primary);
}

/** Turned so that above zero is better. */
export function asGain(task: Task, difference: Interval): Interval {
  if (task === 'classification') return difference;
  return { estimate: -difference.estimate, lower: -difference.upper, upper: -difference.lower };
}

function statusOf(gain: Interval, alarm: boolean, margin: number): Status {
  if (gain.upper < 0 && alarm) return 'regressed';
  if (gain.lower > 0) return 'better';
  return gain.lower > -margin ? 'safe' : 'undecided';
}

function boundedStatus({ pairs }: JudgedCounts, { task, alpha, margin }: JudgementRules): Status {
  // The size of a regression's errors has no bound, so only versions that never differ pass here.
  if (task === 'regression' && pairs.disagreements > 0) return 'undecided';
  const possibleLosses = pairs.losses + pairs.disagreements - pairs.labelledDisagreements;
  return betaBinomialInterval({ k: possibleLosses, n: pairs.n }, alpha).upper < margin ? 'safe' : 'undecided';
}
