import { Random } from '../../models/training/random.ts';
import { judge } from '../../src/analysis/judgement/judgement.ts';
import { disagreementOf, drawGap, drawOutcome, type PairRates, PairTally } from './pair-tally.ts';
import { atMost, type Finding, type Share, type Simulation } from './simulation.ts';

const alpha = 0.05;
const margin = 0.01;
const rows = 30_000;
const looksEvery = 100;

/** The shadow is worse by exactly the margin, so whoever calls it safe is wrong. */
const losing: readonly (readonly [string, PairRates])[] = [
  ['losses only, 1.0% of rows differ', { gain: 0, loss: margin, draw: 0 }],
  ['1.4% of rows differ', { gain: 0.002, loss: 0.012, draw: 0 }],
  ['5% of rows differ', { gain: 0.02, loss: 0.03, draw: 0 }],
  ['30% of rows differ', { gain: 0.145, loss: 0.155, draw: 0 }],
];

function calledSafe(random: Random, rates: PairRates): boolean {
  const rules = { task: 'classification', alpha, margin, threshold: 1 / alpha } as const;
  const tally = new PairTally();
  let next = drawGap(random, disagreementOf(rates));
  for (let row = looksEvery; row <= rows; row += looksEvery) {
    for (; next <= row; next += drawGap(random, disagreementOf(rates))) {
      tally.disagreements += 1;
      tally.label(drawOutcome(random, rates));
    }
    tally.n = row;
    const { status } = judge(tally.counts(), null, rules);
    if (status === 'safe' || status === 'better') return true;
  }
  return false;
}

function shareOf(rates: PairRates, runs: number, seed: number): Share {
  let count = 0;
  for (let run = 0; run < runs; run += 1) if (calledSafe(new Random(seed + run), rates)) count += 1;
  return { count, of: runs };
}

function simulate(runs: number, seed: number): Finding[] {
  return losing.map(([what, rates], index) => ({
    what,
    wanted: atMost(alpha),
    seen: shareOf(rates, runs, (seed * 10 + index) * 1_000_000),
  }));
}

export const falsePromotions: Simulation = {
  name: 'false-promotions',
  question: 'a loss of exactly the margin (1 point) is ever called safe or better, read 300 times',
  runs: 2000,
  simulate,
};
