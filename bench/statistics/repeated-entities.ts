import { Random } from '../../models/training/random.ts';
import { judge } from '../../src/analysis/judgement/judgement.ts';
import { disagreementOf, drawOutcome, type PairOutcome, PairTally, ratesOf } from './pair-tally.ts';
import { atMost, type Finding, type Simulation } from './simulation.ts';

const alpha = 0.05;
const rows = 20_000;
const rates = ratesOf(0.05, 0);
const rules = { task: 'classification', alpha, margin: 0.01, threshold: 1 / alpha } as const;

/** Counts rows, and remembers whether the interval of a difference that is not there ever left zero out. */
class Watcher {
  readonly #tally = new PairTally();
  leftZeroOut = false;

  see(outcome: PairOutcome | null): void {
    const tally = this.#tally;
    tally.n += 1;
    if (outcome === null) return;
    tally.disagreements += 1;
    tally.label(outcome);
    if (tally.quiet) return;
    const { difference } = judge(tally.counts(), null, rules);
    this.leftZeroOut ||= difference !== null && (difference.lower > 0 || difference.upper < 0);
  }
}

/** Rows of an entity come one after the other, or scattered over all the time. */
type Order = 'in a row' | 'scattered';

function watch(random: Random, rowsPerEntity: number, order: Order) {
  const entities = Math.round(rows / rowsPerEntity);
  const known = new Map<number, PairOutcome | null>();
  const [once, everyRow] = [new Watcher(), new Watcher()];
  for (let row = 0; row < rows; row += 1) {
    const entity = order === 'in a row' ? Math.floor(row / rowsPerEntity) : random.integer(entities);
    let outcome = known.get(entity);
    if (outcome === undefined) {
      outcome = random.uniform() < disagreementOf(rates) ? drawOutcome(random, rates) : null;
      known.set(entity, outcome);
      once.see(outcome);
    }
    // The models see the same customer each time, and say the same.
    everyRow.see(outcome);
  }
  return { once: once.leftZeroOut, everyRow: everyRow.leftZeroOut };
}

const orders: readonly Order[] = ['in a row', 'scattered'];

function simulate(runs: number, seed: number): Finding[] {
  return [3, 10].flatMap((rowsPerEntity) =>
    orders.flatMap((order): Finding[] => {
      const seen = Array.from({ length: runs }, (_, run) =>
        watch(new Random((seed * 100 + rowsPerEntity) * 1_000_000 + run), rowsPerEntity, order),
      );
      const share = (way: 'once' | 'everyRow') => ({
        count: seen.filter((run) => run[way]).length,
        of: runs,
      });
      const name = `${rowsPerEntity} rows of an entity, ${order}`;
      return [
        { what: `${name}: each entity once`, wanted: atMost(alpha), seen: share('once') },
        { what: `${name}: every row counted`, wanted: null, seen: share('everyRow') },
      ];
    }),
  );
}

export const repeatedEntities: Simulation = {
  name: 'repeated-entities',
  question: 'the interval of no difference ever leaves 0 out, 20,000 rows of customers who come again',
  runs: 500,
  simulate,
};
