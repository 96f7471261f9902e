import type { Random } from '../../models/training/random.ts';
import { disagreementOf, drawOutcome, type PairRates, PairTally } from './pair-tally.ts';

/** A part of the traffic with a sampling rate, a share of labels and a behaviour of its own. */
export interface StratumPlan {
  /** Of all traffic. */
  readonly share: number;
  /** Probability with which a row is compared. */
  readonly pi: number;
  /** Share of disagreements with a label. */
  readonly labelShare: number;
  readonly rates: PairRates;
}

/** The difference of accuracies over all traffic. */
export function trueDifference(plans: readonly StratumPlan[]): number {
  return plans.reduce((sum, { share, rates }) => sum + share * (rates.gain - rates.loss), 0);
}

export class SampledStratum {
  readonly plan: StratumPlan;
  readonly tally = new PairTally();
  /** Rows of traffic, sampled or not. */
  size = 0;

  constructor(plan: StratumPlan) {
    this.plan = plan;
  }

  serve(random: Random): void {
    const { pi, labelShare, rates } = this.plan;
    this.size += 1;
    if (random.uniform() >= pi) return;
    this.tally.n += 1;
    if (random.uniform() >= disagreementOf(rates)) return;
    this.tally.disagreements += 1;
    if (random.uniform() < labelShare) this.tally.label(drawOutcome(random, rates));
  }
}

/** All strata together, without regard to how each was sampled. */
export function pooled(strata: readonly SampledStratum[]): PairTally {
  const all = new PairTally();
  for (const { tally } of strata) {
    all.n += tally.n;
    all.disagreements += tally.disagreements;
    all.labelled += tally.labelled;
    all.gains += tally.gains;
    all.losses += tally.losses;
  }
  return all;
}
