import type { Task } from '../../inference/outputs/prediction.ts';
import type { Status } from '../report/report.ts';
import type { ErrorSums, PairCounts } from '../rows/pair-counts.ts';
import type { SimilaritySums } from '../rows/similarity-sums.ts';
import { informativeObservations, meanOf } from '../statistics/asymptotic-sequence.ts';
import { betaBinomialInterval } from '../statistics/beta-binomial-sequence.ts';
import type { Interval } from '../statistics/interval.ts';
import { differenceOf, logAlarmOf } from './difference.ts';
import { equivalenceStatus, similarityInterval } from './similarity.ts';
import type { WeightedEvidence } from './stratify.ts';

/** What the evidence says of one set of rows. */
export interface Judgement {
  readonly status: Status;
  /** Shadow minus primary: accuracy (above zero is better) or absolute error (above zero is worse). */
  readonly difference: Interval | null;
  readonly logEValue: number;
  /** Mean similarity of the outcomes of an embedding or a ranking. */
  readonly similarity: Interval | null;
}

/** Of rows of which more than the judgement is told. */
export interface RowsJudgement extends Judgement {
  /** What shares and means are to be taken from: unevenly sampled rows weigh differently. */
  readonly counts: PairCounts;
}

/** What a judgement is made of. */
export type JudgedCounts = Pick<PairCounts, 'pairs'> & {
  readonly errors: Pick<ErrorSums, 'primary' | 'difference'>;
  readonly similarity: Pick<SimilaritySums, 'dissimilarity' | 'far'>;
};

type WeightedCounts = Omit<WeightedEvidence, 'counts'> & { readonly counts: JudgedCounts };

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
 * than the rate of losses and unlabelled disagreements, which has an exact interval. An embedding has no truth to be nearer to,
 * so that it is never `better` and never `regressed`: it is `safe` where it is equivalent.
 *
 * @param weighted what unevenly sampled rows say of all traffic; null where they were sampled alike
 */
export function judge(
  sampled: JudgedCounts,
  weighted: WeightedCounts | null,
  rules: JudgementRules,
): Judgement {
  const { task, alpha } = rules;
  const counts = weighted?.counts ?? sampled;
  const strata = weighted?.strata ?? null;
  const similarity = similarityInterval(task, counts, strata, alpha);
  if (task === 'embedding') {
    const status = equivalenceStatus(similarity, rules.margin);
    return { status, difference: null, logEValue: 0, similarity };
  }
  // Few rows with great weights are no more to be trusted than few rows.
  const isKnown = weighted === null || weighted.discordant >= informativeObservations;
  const difference = isKnown ? differenceOf(task, sampled, strata, alpha) : null;
  const alarm = (of: 'worse' | 'better') => (isKnown ? logAlarmOf(task, sampled, strata, alpha, of) : 0);
  const logEValue = alarm('worse');
  const status =
    difference === null
      ? boundedStatus(counts, rules)
      : statusOf(asGain(task, difference), marginOf(counts, rules), rules.threshold, {
          worse: logEValue,
          better: alarm('better'),
        });
  return { status, difference, logEValue, similarity };
}

export function judgeRows(
  sampled: PairCounts,
  weighted: WeightedEvidence | null,
  rules: JudgementRules,
): RowsJudgement {
  return { ...judge(sampled, weighted, rules), counts: weighted?.counts ?? sampled };
}

/** The margin in the unit of the difference: of a regression, a share of the primary's mean absolute error. */
function marginOf(counts: JudgedCounts, { task, margin }: JudgementRules): number {
  return task === 'regression' ? margin * meanOf(counts.errors.primary) : margin;
}

/** Turned so that above zero is better. */
export function asGain(task: Task, difference: Interval): Interval {
  if (task !== 'regression') return difference;
  return { estimate: -difference.estimate, lower: -difference.upper, upper: -difference.lower };
}

function statusOf(
  gain: Interval,
  margin: number,
  threshold: number,
  logEValue: { readonly worse: number; readonly better: number },
): Status {
  const limit = Math.log(threshold);
  if (gain.upper < 0 && logEValue.worse >= limit) return 'regressed';
  if (gain.lower > 0 && logEValue.better >= limit) return 'better';
  return gain.lower > -margin ? 'safe' : 'undecided';
}

function boundedStatus({ pairs }: JudgedCounts, { task, alpha, margin }: JudgementRules): Status {
  // The size of a regression's errors has no bound, so only versions that never differ pass here.
  if (task === 'regression' && pairs.disagreements > 0) return 'undecided';
  const possibleLosses = pairs.losses + pairs.disagreements - pairs.labelledDisagreements;
  return betaBinomialInterval({ k: possibleLosses, n: pairs.n }, alpha).upper < margin ? 'safe' : 'undecided';
}
