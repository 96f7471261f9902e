import { Random } from '../../models/training/random.ts';
import { judge } from '../../src/analysis/judgement/judgement.ts';
import { anytimeSampleSize } from '../../src/analysis/statistics/sample-size.ts';
import { disagreementOf, drawGap, drawOutcome, type PairRates, PairTally, ratesOf } from './pair-tally.ts';
import { atLeast, type Finding, type Simulation } from './simulation.ts';

const alpha = 0.05;
/** As in the demo. */
const segments = 14;
const rules = { task: 'classification', alpha, margin: 0.01, threshold: segments / alpha } as const;
const losses = [
  { q: 0.05, d: 0.01 },
  { q: 0.05, d: 0.02 },
  { q: 0.1, d: 0.05 },
  { q: 0.2, d: 0.1 },
  { q: 0.36, d: 0.15 },
] as const;
const weights = [0.01, 0.05, 0.2] as const;

/** Rows of the segment until it is called regressed; `giveUp` where it was not by then. */
function rowsUntilRegressed(random: Random, rates: PairRates, giveUp: number): number {
  const tally = new PairTally();
  while (tally.n < giveUp) {
    tally.n += drawGap(random, disagreementOf(rates));
    tally.disagreements += 1;
    tally.label(drawOutcome(random, rates));
    if (!tally.quiet && judge(tally.counts(), null, rules).status === 'regressed') return tally.n;
  }
  return giveUp;
}

function written(rows: number): string {
  return rows >= 10_000
    ? `${Math.round(rows / 1000).toLocaleString('en-US')}k`
    : rows.toLocaleString('en-US');
}

function simulate(runs: number, seed: number): Finding[] {
  return losses.flatMap(({ q, d }, index): Finding[] => {
    const planned = anytimeSampleSize(q - d * d, d, alpha / segments);
    const times = Float64Array.from({ length: runs }, (_, run) =>
      rowsUntilRegressed(new Random((seed * 10 + index) * 1_000_000 + run), ratesOf(q, -d), 20 * planned),
    ).sort();
    const [median = 0, nine = 0] = [0.5, 0.9].map((share) => times[Math.ceil(share * runs) - 1]);
    const traffic = weights.map((weight) => `${written(Math.round(median / weight))} (${weight * 100}%)`);
    const name = `${d * 100} points, ${q * 100}% differ`;
    return [
      {
        what: `${name}: rows of the segment, median and p90`,
        wanted: null,
        seen: `${written(median)}, ${written(nine)}`,
      },
      { what: '… rows of all traffic at a weight of, median', wanted: null, seen: traffic.join(', ') },
      {
        what: `… found within the ${written(planned)} rows of the plan at α/${segments}`,
        wanted: atLeast(0.8),
        seen: { count: times.filter((time) => time <= planned).length, of: runs },
      },
    ];
  });
}

export const timeToDetection: Simulation = {
  name: 'time-to-detection',
  question: 'until one of 14 segments is called regressed, read after every disagreement',
  runs: 1000,
  simulate,
};
