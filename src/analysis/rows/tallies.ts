import type { Task } from '../../inference/outputs/prediction.ts';
import type { Query, Row } from '../../log/comparison-log.ts';
import type { MeanSums } from '../statistics/asymptotic-sequence.ts';
import type { LabelPair } from '../statistics/cohen-kappa.ts';
import { flipsIn, flipsSql } from './flips.ts';
import { keptRowsOf } from './kept-rows.ts';
import type { ReportScope } from './report-scope.ts';
import { numberIn, numbersIn } from './row-fields.ts';
import { has } from './row-flags.ts';
import { type CellKey, keyIn } from './segment-cell.ts';
import { cellsOfCombinations, cellsOfRows } from './tally-cells.ts';

const latencies = ['p_total', 'p_compute', 'p_queue', 's_total', 's_compute', 's_queue'] as const;
/** What is counted by value, of the primary (`p`) and the shadow (`s`): cells of confidence, buckets of latency. */
const tallied = ['p_confidence', 's_confidence', ...latencies] as const;
export type Tallied = (typeof tallied)[number];

/** Columns of which rows and sums are kept. `log_ratio` is ln(shadow total / primary total), where both are known. */
const summed = ['any_row', 'late_row', 's_cpu', 'log_ratio'] as const;
/** Of kept rows, by the name under which it is counted or summed. */
const columns: Readonly<Record<Tallied | (typeof summed)[number], string>> = {
  ...{ p_confidence: 'p_cell', s_confidence: 's_cell' },
  ...{ p_total: 'p_total', p_compute: 'p_compute', p_queue: 'p_queue' },
  ...{ s_total: 's_total', s_compute: 's_compute', s_queue: 's_queue' },
  any_row: '1',
  late_row: `CASE WHEN ${has('s_late')} THEN 1 END`,
  s_cpu: `CASE WHEN ${has('s_cpu_known')} THEN s_cpu_us END`,
  log_ratio: 'log_ratio',
};

/** How often each value was counted. */
export interface Tally {
  /** Ascending. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** Of one set of rows. */
export interface Tallies {
  readonly of: ReadonlyMap<Tallied, Tally>;
  readonly logRatio: MeanSums;
  readonly n: number;
  readonly shadowTimeouts: number;
  readonly shadowCpuMicroseconds: number | null;
}

export interface TalliesByCell {
  readonly shadow: ReadonlyMap<CellKey, Tallies>;
  readonly control: ReadonlyMap<CellKey, Tallies>;
  /** How often the primary's class came with the shadow's, most frequent disagreement first; a few more than are wanted at most. */
  readonly labelPairs: readonly LabelPair[];
}

/** The distributions of the rows that count, of shadow and control; for classes how often they came together, too. */
export async function queryTallies(query: Query, scope: ReportScope, task: Task): Promise<TalliesByCell> {
  const cells = scope.combinationsAreMany ? cellsOfRows : cellsOfCombinations;
  const withPairs = task === 'classification';
  const rows = await query(
    `WITH ${cells({ ...scope, roles: 'both' }, columns, tallied, summed)}
     SELECT k, v, is_control, tally, list(bucket ORDER BY bucket) AS buckets, list(n ORDER BY bucket) AS counts,
       sum(n) AS n, sum(sums) AS sums, sum(squares) AS squares
     FROM cells WHERE bucket IS NOT NULL AND (k = 0 OR v IS NOT NULL) GROUP BY k, v, is_control, tally
     ${withPairs ? `UNION ALL BY NAME (${flipsSql(`(${keptRowsOf({ ...scope, roles: 'shadow' })})`)})` : ''}`,
  );
  const cellRows = rows.filter((row) => (row.tally ?? null) !== null);
  const byCell = (control: boolean) => {
    const byKey = Map.groupBy(
      cellRows.filter((row) => row.is_control === control),
      (row) => keyIn(row, scope),
    );
    return new Map([...byKey].map(([key, of]) => [key, talliesIn(of)]));
  };
  return {
    shadow: byCell(false),
    control: byCell(true),
    labelPairs: flipsIn(rows.filter((row) => (row.tally ?? null) === null)),
  };
}

function talliesIn(rows: readonly Row[]): Tallies {
  const byTally = new Map(rows.map((row) => [numberIn(row, 'tally'), row]));
  const sumsOf = (name: (typeof summed)[number]): MeanSums => {
    const row = byTally.get(tallied.length + summed.indexOf(name));
    return { n: numberIn(row, 'n'), sum: numberIn(row, 'sums'), sumSquares: numberIn(row, 'squares') };
  };
  const cpu = sumsOf('s_cpu');
  return {
    of: new Map(
      tallied.flatMap((name, index) => {
        const row = byTally.get(index);
        return row === undefined
          ? []
          : [[name, { values: numbersIn(row, 'buckets'), counts: numbersIn(row, 'counts') }] as const];
      }),
    ),
    logRatio: sumsOf('log_ratio'),
    n: sumsOf('any_row').n,
    shadowTimeouts: sumsOf('late_row').n,
    shadowCpuMicroseconds: cpu.n === 0 ? null : cpu.sum / cpu.n,
  };
}
