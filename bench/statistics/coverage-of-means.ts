import { Random } from '../../models/training/random.ts';
import {
  asymptoticInterval,
  informativeObservations,
} from '../../src/analysis/statistics/asymptotic-sequence.ts';
import { atMost, type Finding, type Simulation } from './simulation.ts';

const alpha = 0.05;
const rows = 10_000;

/** One difference per row, of confidences or of absolute errors; its mean is zero. */
interface Difference {
  readonly name: string;
  readonly draw: (random: Random) => number;
  /** Nothing is promised where a few rows decide the mean: what has not been seen cannot be counted in. */
  readonly promised: boolean;
}

const error = (random: Random) => Math.abs(random.normal());

const differences: readonly Difference[] = [
  { name: 'confidence, uniform', draw: (random) => 0.1 * (random.uniform() - 0.5), promised: true },
  { name: 'absolute errors, normal', draw: (random) => error(random) - error(random), promised: true },
  {
    name: 'absolute errors, ten times as large in 2% of rows',
    draw: (random) => error(random) * (random.uniform() < 0.02 ? 10 : 0.8 / 0.98) - error(random),
    promised: true,
  },
  {
    name: 'absolute errors, log-normal (σ 1.5) against constant',
    draw: (random) => Math.exp(1.5 * random.normal()) - Math.exp(1.5 ** 2 / 2),
    promised: false,
  },
];

/** Rows seen when the interval first left the mean out; null where it never did. */
function missedAt(random: Random, draw: Difference['draw'], from: number): number | null {
  let [sum, sumSquares] = [0, 0];
  for (let n = 1; n <= rows; n += 1) {
    const value = draw(random);
    sum += value;
    sumSquares += value * value;
    if (n < from) continue;
    const interval = asymptoticInterval({ n, sum, sumSquares }, alpha);
    if (interval !== null && (interval.lower > 0 || interval.upper < 0)) return n;
  }
  return null;
}

function simulate(runs: number, seed: number): Finding[] {
  return differences.flatMap(({ name, draw, promised }, index) =>
    [informativeObservations, 1000].map((from): Finding => {
      let count = 0;
      for (let run = 0; run < runs; run += 1) {
        const random = new Random((seed * 10 + index) * 1_000_000 + run);
        if (missedAt(random, draw, from) !== null) count += 1;
      }
      return {
        what: `${name}, from row ${from} on`,
        wanted: promised ? atMost(alpha) : null,
        seen: { count, of: runs },
      };
    }),
  );
}

export const coverageOfMeans: Simulation = {
  name: 'coverage-of-means',
  question: 'the interval of a mean ever leaves it out, 10,000 rows, read after each',
  runs: 400,
  simulate,
};
