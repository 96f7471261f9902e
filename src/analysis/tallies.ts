import type { Query, Row } from '../log/comparison-log.ts';
import type { MeanSums } from './asymptotic-sequence.ts';
import type { LabelPair } from './cohen-kappa.ts';
import { flipsIn, flipsSql } from './flips.ts';
import { keptRowsOf } from './kept-rows.ts';
import { bucketSql } from './latency-sketch.ts';
import type { ReportScope } from './report-scope.ts';
import { numberIn, numbersIn } from './row-fields.ts';
import { type CellKey, keyIn } from './segment-cell.ts';
import { cellsOfCombinations, cellsOfRows } from './tally-cells.ts';

/** Confidences are counted in cells of this width: fine enough for distances, and few enough to travel. */
export const confidenceCells = 1000;

const latencies = ['p_total', 'p_compute', 'p_queue', 's_total', 's_compute', 's_queue'] as const;
/** What is counted by value, of the primary (`p`) and the shadow (`s`): cells of confidence, buckets of latency. */
const tallied = ['p_confidence', 's_confidence', ...latencies] as const;
export type Tallied = (typeof tallied)[number];

/** Columns of which rows and sums are kept. `log_ratio` is ln(shadow total / primary total), where both are known. */
const summed = ['any_row', 'late_row', 's_cpu', 'log_ratio'] as const;

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

/**
 * The distributions of the rows that count, of shadow and control, in one pass. Of a request's rows only the first counts for latencies:
 * they share one queue and one run.
 */
export async function queryTallies(query: Query, scope: ReportScope): Promise<TalliesByCell> {
  const timed = (side: 'p' | 's') =>
    ['queue', 'compute'].map(
      (part) =>
        `CASE WHEN "row" = 0 AND ${side}_status = 'ok' THEN ${side}_${part}_us END AS ${side}_${part}`,
    );
  const both = 'p_confidence IS NOT NULL AND s_confidence IS NOT NULL';
  const cell = (side: 'p' | 's') =>
    `CASE WHEN ${both} THEN
       CAST(least(${confidenceCells - 1}, greatest(0, floor(${side}_confidence * ${confidenceCells}))) AS SMALLINT) END`;
  const columns = [
    ...(['p', 's'] as const).map((side) => `${cell(side)} AS ${side}_confidence`),
    ...latencies.map((name) => `${bucketSql(name)} AS ${name}`),
    '1 AS any_row',
    "CASE WHEN s_status = 'timeout' THEN 1 END AS late_row",
    "CASE WHEN s_status = 'ok' THEN s_cpu_us END AS s_cpu",
    'CASE WHEN p_total > 0 AND s_total > 0 THEN ln(s_total / p_total) END AS log_ratio',
    'CASE WHEN agree IS NOT NULL THEN p_label END AS p_label',
    'CASE WHEN agree IS NOT NULL THEN s_label END AS s_label',
  ];
  const fields = [
    'role',
    'agree',
    'p_label',
    's_label',
    's_status',
    's_cpu_us',
    'p_confidence',
    's_confidence',
  ];
  const pairs = keptRowsOf({ ...scope, roles: 'both' }, [...fields, ...timed('p'), ...timed('s')]);
  const cells = scope.combinationsAreMany ? cellsOfRows : cellsOfCombinations;
  const rows = await query(
    `WITH pairs AS (${pairs}),
     totals AS (
       SELECT *, role = 'control' AS is_control, p_queue + p_compute AS p_total, s_queue + s_compute AS s_total FROM pairs
     ),
     ${cells(scope, { from: 'totals', columns, tallied, summed, apart: 'is_control' })}
     SELECT k, v, is_control, tally, list(bucket ORDER BY bucket) AS buckets, list(n ORDER BY bucket) AS counts,
       sum(n) AS n, sum(sums) AS sums, sum(squares) AS squares
     FROM cells WHERE bucket IS NOT NULL AND (k = 0 OR v IS NOT NULL) GROUP BY k, v, is_control, tally
     UNION ALL BY NAME (${flipsSql('narrow WHERE NOT is_control')})`,
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
