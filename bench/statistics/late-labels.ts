import { Random } from '../../models/training/random.ts';
import { judge } from '../../src/analysis/judgement/judgement.ts';
import { disagreementOf, drawGap, drawOutcome, type PairRates, PairTally } from './pair-tally.ts';
import { atMost, type Finding, type Simulation } from './simulation.ts';

const alpha = 0.05;
const rules = { task: 'classification', alpha, margin: 0.01, threshold: 1 / alpha } as const;
const rates: PairRates = { gain: 0.025, loss: 0.025, draw: 0 };

/** All rows are there, then their labels come in one by one, as from a nightly job, and somebody reads on. */
function watch(random: Random, rows: number) {
  const called = { regressed: false, better: false, zeroLeftOut: false };
  const tally = new PairTally();
  tally.n = rows;
  const gap = () => drawGap(random, disagreementOf(rates));
  for (let row = gap(); row <= rows; row += gap()) tally.disagreements += 1;
  for (let label = 0; label < tally.disagreements; label += 1) {
    tally.label(drawOutcome(random, rates));
    if (tally.quiet) continue;
    const { status, difference } = judge(tally.counts(), null, rules);
    called.regressed ||= status === 'regressed';
    called.better ||= status === 'better';
    called.zeroLeftOut ||= difference !== null && (difference.lower > 0 || difference.upper < 0);
  }
  return called;
}

function simulate(runs: number, seed: number): Finding[] {
  return [20_000, 200_000].flatMap((rows, index): Finding[] => {
    const count = { regressed: 0, better: 0, zeroLeftOut: 0 };
    for (let run = 0; run < runs; run += 1) {
      const called = watch(new Random((seed * 10 + index) * 1_000_000 + run), rows);
      if (called.regressed) count.regressed += 1;
      if (called.better) count.better += 1;
      if (called.zeroLeftOut) count.zeroLeftOut += 1;
    }
    const finding = (what: string, seen: number): Finding => ({
      what: `${what}, ${rows.toLocaleString('en-US')} rows`,
      wanted: atMost(alpha),
      seen: { count: seen, of: runs },
    });
    return [
      finding('regressed', count.regressed),
      finding('better', count.better),
      finding('interval leaves 0 out', count.zeroLeftOut),
    ];
  });
}

export const lateLabels: Simulation = {
  name: 'late-labels',
  question: 'no difference; all rows wait for their labels, which are read one by one',
  runs: 1000,
  simulate,
};
