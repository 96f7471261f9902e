import { Random } from '../../models/training/random.ts';
import { differenceOf } from '../../src/analysis/judgement/difference.ts';
import { logRateEValue } from '../../src/analysis/statistics/beta-binomial-sequence.ts';
import { drawOutcome, PairTally, ratesOf } from './pair-tally.ts';
import { atMost, type Finding, type Simulation } from './simulation.ts';

const alpha = 0.05;
const rows = 20_000;
const looksEvery = 10;

/** The rate of disagreement q and the difference of accuracies d at a place in [0, 1) of the traffic. */
type Drift = (place: number) => { readonly q: number; readonly d: number };

const drifts: Readonly<Record<string, Drift>> = {
  steady: () => ({ q: 0.05, d: 0.01 }),
  'daily cycle': (place) => {
    const wave = Math.sin(place * 8 * 2 * Math.PI);
    return { q: 0.06 + 0.04 * wave, d: 0.02 * wave };
  },
  trend: (place) => ({ q: 0.02 + 0.2 * place, d: 0.02 - 0.08 * place }),
  step: (place) => (place < 0.5 ? { q: 0.02, d: 0.01 } : { q: 0.2, d: -0.05 }),
  'an hour a day': (place) => ((place * 8) % 1 < 1 / 24 ? { q: 0.5, d: -0.3 } : { q: 0.03, d: 0.01 }),
};

/** Whether the interval ever left out what is true so far: the mean, over the rows seen, of what each was drawn from. */
function missed(random: Random, drift: Drift): { readonly difference: boolean; readonly rate: boolean } {
  const tally = new PairTally();
  const met = { difference: false, rate: false };
  let [sumOfRates, sumOfDifferences] = [0, 0];
  while (tally.n < rows && !(met.difference && met.rate)) {
    const { q, d } = drift(tally.n / rows);
    tally.n += 1;
    sumOfRates += q;
    sumOfDifferences += d;
    if (random.uniform() < q) {
      tally.disagreements += 1;
      tally.label(drawOutcome(random, ratesOf(q, d)));
    }
    if (tally.n % looksEvery !== 0) continue;
    const difference = differenceOf('classification', tally.counts(), null, alpha);
    const truth = sumOfDifferences / tally.n;
    met.difference ||= difference !== null && (difference.lower > truth || difference.upper < truth);
    met.rate ||=
      logRateEValue({ k: tally.disagreements, n: tally.n }, sumOfRates / tally.n) >= -Math.log(alpha);
  }
  return met;
}

function simulate(runs: number, seed: number): Finding[] {
  return Object.entries(drifts).flatMap(([name, drift], index): Finding[] => {
    const count = { difference: 0, rate: 0 };
    for (let run = 0; run < runs; run += 1) {
      const met = missed(new Random((seed * 10 + index) * 1_000_000 + run), drift);
      if (met.difference) count.difference += 1;
      if (met.rate) count.rate += 1;
    }
    const finding = (what: string, of: number): Finding => ({
      what: `${what}, ${name}`,
      wanted: atMost(alpha),
      seen: { count: of, of: runs },
    });
    return [finding('difference', count.difference), finding('rate of disagreement', count.rate)];
  });
}

export const coverageUnderDrift: Simulation = {
  name: 'coverage-under-drift',
  question: 'an interval ever leaves out the mean so far, 20,000 rows, read every 10',
  runs: 500,
  simulate,
};
