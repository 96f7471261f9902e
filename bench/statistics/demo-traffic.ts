import { channelWeights, countryWeights } from '../../models/training/fraud-data.ts';
import type { Random } from '../../models/training/random.ts';
import type { Segment } from '../../src/analysis/report/report.ts';
import { disagreementOf, drawOutcome, type PairRates, PairTally, ratesOf } from './pair-tally.ts';

/** What the versions do in Brazil, and elsewhere. */
export interface DemoRates {
  readonly inBrazil: PairRates;
  readonly elsewhere: PairRates;
}

/** Of the bundled versions 7 and 8 as the demo shows them: 2 points better overall, 15 points worse in Brazil. */
export const demoRates: DemoRates = { inBrazil: ratesOf(0.36, -0.153), elsewhere: ratesOf(0.102, 0.03) };

const ageBandWeights = { '<30': 0.29, '30-45': 0.23, '45-65': 0.25, '>=65': 0.23 };
const columns: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  country: countryWeights,
  channel: channelWeights,
  age_band: ageBandWeights,
};

export interface TalliedSegment {
  readonly segment: Segment;
  readonly tally: PairTally;
}

/** The values of one column, each with the upper end of its part of [0, 1). */
function talliesOf(column: string, weights: Readonly<Record<string, number>>) {
  let upTo = 0;
  return Object.entries(weights).map(([value, weight]) => {
    upTo += weight;
    return { segment: { column, value }, tally: new PairTally(), upTo };
  });
}

/** Rows of traffic like the demo's, counted over all and in each of its 14 segments. */
export class DemoTraffic {
  readonly all = new PairTally();
  readonly #rates: DemoRates;
  readonly #columns = Object.entries(columns).map(([column, weights]) => talliesOf(column, weights));

  constructor(rates: DemoRates) {
    this.#rates = rates;
  }

  get segments(): readonly TalliedSegment[] {
    return this.#columns.flat();
  }

  serve(random: Random, rows: number): void {
    for (let row = 0; row < rows; row += 1) this.#serveOne(random);
  }

  #serveOne(random: Random): void {
    const segments = this.#columns.flatMap((values) => {
      const place = random.uniform();
      return values.find(({ upTo }) => place < upTo) ?? [];
    });
    const inBrazil = segments.some(({ segment }) => segment.value === 'BR');
    const rates = inBrazil ? this.#rates.inBrazil : this.#rates.elsewhere;
    const outcome = random.uniform() < disagreementOf(rates) ? drawOutcome(random, rates) : null;
    for (const { tally } of [{ tally: this.all }, ...segments]) {
      tally.n += 1;
      if (outcome === null) continue;
      tally.disagreements += 1;
      tally.label(outcome);
    }
  }
}
