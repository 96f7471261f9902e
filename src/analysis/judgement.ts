import type { Task } from '../inference/prediction.ts';
import { meanOf } from './asymptotic-sequence.ts';
import { betaBinomialInterval } from './beta-binomial-sequence.ts';
import { differenceOf, logAlarmOf } from './difference.ts';
import type { Interval } from './interval.ts';
import type { PairCounts } from './pair-counts.ts';
import type { Status } from './report.ts';
import type { Stratum } from './stratified-difference.ts';

/** What the evidence says of one set of rows. */
export interface Judgement {
  readonly status: Status;
  /** Shadow minus primary: accuracy (above zero is better) or absolute error (above zero is worse). */
  readonly difference: Interval | null;
  readonly logEValue: number;
}

export interface JudgementRules {
  readonly task: Task;
  readonly alpha: number;
  readonly margin: number;
  /** e-value at which an alarm sounds: K/α. */
  readonly threshold: number;
}

/**
 * `regressed` and `better` need both the interval and the alarm of their side, since in the best or worst of many segments chance
 * alone moves an interval off zero; `safe` needs the interval's lower end, as a promotion needs it of all. Before 30 discordant
 * pairs there is no interval; then a loss is ruled out by how rarely the versions differ at all: accuracy cannot fall by more
 * than the rate of losses and unlabelled disagreements, which has an exact interval.
 */
export function judge(
  counts: PairCounts,
  strata: readonly Stratum[] | null,
  rules: JudgementRules,
): Judgement {
  const { task, alpha } = rules;
  const difference = differenceOf(task, counts, strata, alpha);
  const logEValue = logAlarmOf(task, counts, strata, alpha);
  const status =
    difference === null
      ? boundedStatus(counts, strata, rules)
      : statusOf(counts, strata, asGain(task, difference), logEValue, rules);
  return { status, difference, logEValue };
}

/** The margin in the unit of the difference: of a regression, a share of the primary's mean absolute error. */
function marginOf(counts: PairCounts, { task, margin }: JudgementRules): number {
  return task === 'classification' ? margin : margin * meanOf(counts.errors.primary);
}

/** Turned so that above zero is better. */
export function asGain(task: Task, difference: Interval): Interval {
  if (task === 'classification') return difference;
  return { estimate: -difference.estimate, lower: -difference.upper, upper: -difference.lower };
}

function statusOf(
  counts: PairCounts,
  strata: readonly Stratum[] | null,
  gain: Interval,
  logEValue: number,
  rules: JudgementRules,
): Status {
  const { task, alpha } = rules;
  const limit = Math.log(rules.threshold);
  if (gain.upper < 0 && logEValue >= limit) return 'regressed';
  if (gain.lower > 0 && logAlarmOf(task, counts, strata, alpha, 'better') >= limit) return 'better';
  return gain.lower > -marginOf(counts, rules) ? 'safe' : 'undecided';
}

function boundedStatus(
  { pairs }: PairCounts,
  strata: readonly Stratum[] | null,
  { task, alpha, margin }: JudgementRules,
): Status {
  // The size of a regression's errors has no bound, so only versions that never differ pass here.
  if (task === 'regression' && pairs.disagreements > 0) return 'undecided';
  const k = pairs.losses + pairs.disagreements - pairs.labelledDisagreements;
  const n = Math.max(k, fewestRows(pairs.n, strata));
  return betaBinomialInterval({ k, n }, alpha).upper < margin ? 'safe' : 'undecided';
}

/** Rows there would be had every stratum been compared as rarely as the rarest, so that each loss weighs what it may weigh. */
function fewestRows(n: number, strata: readonly Stratum[] | null): number {
  if (strata === null) return n;
  const total = strata.reduce((sum, { size }) => sum + size, 0);
  return strata.reduce((fewest, stratum) => Math.min(fewest, (stratum.n * total) / stratum.size), n);
}
