import { Random } from '../../models/training/random.ts';
import { DemoTraffic } from './demo-traffic.ts';
import { ratesOf } from './pair-tally.ts';
import { atMost, type Finding, type Simulation } from './simulation.ts';
import { verdictOnCounts } from './verdict-on-counts.ts';

const alpha = 0.05;
const rows = 20_000;
const looksEvery = 200;
/** A tenth of the rows differ, and neither version is right more often anywhere. */
const alike = { inBrazil: ratesOf(0.1, 0), elsewhere: ratesOf(0.1, 0) };

/** Whether somebody who reads the verdict again and again ever finds `reject`, by a segment or by all rows. */
function everRejected(random: Random): boolean {
  const traffic = new DemoTraffic(alike);
  for (let row = 0; row < rows; row += looksEvery) {
    traffic.serve(random, looksEvery);
    if (verdictOnCounts(traffic).decision === 'reject') return true;
  }
  return false;
}

function simulate(runs: number, seed: number): Finding[] {
  let count = 0;
  for (let run = 0; run < runs; run += 1) if (everRejected(new Random(seed * 1_000_000 + run))) count += 1;
  return [{ what: 'the verdict is ever reject', wanted: atMost(alpha), seen: { count, of: runs } }];
}

export const falseRejections: Simulation = {
  name: 'false-rejections',
  question: 'demo traffic in 14 segments without a difference, 20,000 rows, the verdict read 100 times',
  runs: 300,
  simulate,
};
