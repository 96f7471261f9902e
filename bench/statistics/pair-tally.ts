import type { Random } from '../../models/training/random.ts';
import { type PairCounts, pairCountsIn } from '../../src/analysis/rows/pair-counts.ts';

/** How often one version beats the other, as shares of all rows; in the draws both are wrong, in different ways. */
export interface PairRates {
  readonly gain: number;
  readonly loss: number;
  readonly draw: number;
}

export type PairOutcome = keyof PairRates;

/** Rates without draws, from the rate of disagreement q and the difference of accuracies d. */
export function ratesOf(q: number, d: number): PairRates {
  return { gain: (q + d) / 2, loss: (q - d) / 2, draw: 0 };
}

export function disagreementOf({ gain, loss, draw }: PairRates): number {
  return gain + loss + draw;
}

/** What a disagreement turns out to be. */
export function drawOutcome(random: Random, rates: PairRates): PairOutcome {
  const place = random.uniform() * disagreementOf(rates);
  if (place < rates.gain) return 'gain';
  return place < rates.gain + rates.loss ? 'loss' : 'draw';
}

/** Rows up to and including the next one of which a share of `rate` happens; geometric. */
export function drawGap(random: Random, rate: number): number {
  return 1 + Math.floor(Math.log1p(-random.uniform()) / Math.log1p(-rate));
}

const none = pairCountsIn(undefined);

/** Counts compared rows as the log's query does. */
export class PairTally {
  n = 0;
  disagreements = 0;
  labelled = 0;
  gains = 0;
  losses = 0;

  /** A disagreement whose truth is known. */
  label(outcome: PairOutcome): void {
    this.labelled += 1;
    if (outcome === 'gain') this.gains += 1;
    if (outcome === 'loss') this.losses += 1;
  }

  /** By how many standard deviations gains and losses are apart, were they equally likely. */
  get deviations(): number {
    const discordant = this.gains + this.losses;
    return discordant === 0 ? 0 : Math.abs(this.gains - this.losses) / Math.sqrt(discordant);
  }

  /**
   * Nothing can be called out: no interval leaves zero outside (that takes three standard deviations) and no e-value reaches
   * 20. A watcher who looks away meanwhile misses nothing.
   */
  get quiet(): boolean {
    return this.deviations <= 2;
  }

  counts(): PairCounts {
    const { n, disagreements, labelled, gains, losses } = this;
    return {
      ...none,
      n,
      withOutcome: n,
      agreed: n - disagreements,
      labelled: n - disagreements + labelled,
      pairs: { n, disagreements, labelledDisagreements: labelled, gains, losses },
    };
  }
}
