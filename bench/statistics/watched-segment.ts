import type { Random } from '../../models/training/random.ts';
import { type Judgement, judge } from '../../src/analysis/judgement/judgement.ts';
import { mcnemarExact } from '../../src/analysis/statistics/mcnemar.ts';
import {
  disagreementOf,
  drawGap,
  drawOutcome,
  type PairOutcome,
  type PairRates,
  PairTally,
} from './pair-tally.ts';

export interface WatchedSegment {
  readonly rates: PairRates;
  readonly rows: number;
  /** Share of the disagreements that ever get a label. */
  readonly labelShare: number;
  /** How many disagreements wait for theirs at a time. */
  readonly waiting: number;
  /** How many segments are judged beside it. */
  readonly segments: number;
  readonly alpha: number;
}

/** What somebody who looks after every label has called out at least once; `alone`: as if there were no other segment. */
export type Call =
  | 'regressed'
  | 'better'
  | 'regressed alone'
  | 'better alone'
  | 'interval above 0'
  | 'e-value alone'
  | 'mcnemar';

/** A segment whose report is read after every label of a disagreement; agreements change nothing but n. */
export function watchSegment(
  random: Random,
  { rates, rows, labelShare, waiting, segments, alpha }: WatchedSegment,
): { readonly calls: ReadonlySet<Call>; readonly last: Judgement } {
  const rules = { task: 'classification', alpha, margin: 0.01 } as const;
  const among = { ...rules, threshold: segments / alpha };
  const alone = { ...rules, threshold: 1 / alpha };
  const calls = new Set<Call>();
  const tally = new PairTally();
  const pending: PairOutcome[] = [];
  for (;;) {
    tally.n += drawGap(random, disagreementOf(rates));
    if (tally.n > rows) break;
    tally.disagreements += 1;
    pending.push(drawOutcome(random, rates));
    if (pending.length <= waiting) continue;
    // Late ones come in any order.
    const [outcome] = pending.splice(random.integer(pending.length), 1);
    if (outcome === undefined || random.uniform() >= labelShare) continue;
    tally.label(outcome);
    // Its p-value is above that of the normal distribution.
    if (tally.deviations > 1.9 && !calls.has('mcnemar')) {
      if (mcnemarExact(tally.gains, tally.losses) < alpha) calls.add('mcnemar');
    }
    if (tally.quiet) continue;
    const counts = tally.counts();
    const { status, difference, logEValue } = judge(counts, null, among);
    if (status === 'regressed' || status === 'better') calls.add(status);
    if (difference !== null && difference.lower > 0) calls.add('interval above 0');
    const { status: statusAlone } = judge(counts, null, alone);
    if (statusAlone === 'regressed') calls.add('regressed alone');
    if (statusAlone === 'better') calls.add('better alone');
    if (logEValue >= Math.log(1 / alpha)) calls.add('e-value alone');
  }
  return { calls, last: judge(tally.counts(), null, among) };
}
