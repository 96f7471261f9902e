import type { Query, Row } from '../log/comparison-log.ts';
import type { MeanSums } from './asymptotic-sequence.ts';
import { bucketSql } from './latency-sketch.ts';
import { pairsOf, type ReportScope } from './report-scope.ts';
import { numberIn, numbersIn } from './row-fields.ts';
import { type CellKey, keyIn } from './segment-cell.ts';
import { cellsOfCombinations, cellsOfRows } from './tally-cells.ts';

/** Confidences are counted in cells of this width: fine enough for distances, and few enough to travel. */
export const confidenceCells = 1000;

const latencies = ['p_total', 'p_compute', 'p_queue', 's_total', 's_compute', 's_queue'] as const;
/** What is counted by value, of the primary (`p`) and the shadow (`s`): cells of confidence, buckets of latency. */
const tallied = ['p_confidence', 's_confidence', ...latencies] as const;
export type Tallied = (typeof tallied)[number];

/** How often each value was counted. */
export interface Tally {
  /** Ascending. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** Of one set of rows. */
export interface Tallies {
  readonly of: ReadonlyMap<Tallied, Tally>;
  /** Of ln(shadow total / primary total), over the requests in which both are known. */
  readonly logRatio: MeanSums;
}

/**
 * The distributions of the rows that count, in one pass. Of a request's rows only the first counts for latencies: they
 * share one queue and one run.
 */
export async function queryTallies(query: Query, scope: ReportScope): Promise<ReadonlyMap<CellKey, Tallies>> {
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
    'CASE WHEN p_total > 0 AND s_total > 0 THEN ln(s_total / p_total) END AS log_ratio',
  ];
  const pairs = pairsOf(scope, ['p_confidence', 's_confidence', ...timed('p'), ...timed('s')]);
  const cells = scope.combinationsAreMany ? cellsOfRows : cellsOfCombinations;
  const rows = await query(
    `WITH pairs AS (${pairs.text}),
     totals AS (SELECT *, p_queue + p_compute AS p_total, s_queue + s_compute AS s_total FROM pairs),
     ${cells(scope, 'totals', columns, tallied, 'log_ratio')}
     SELECT k, v, tally, list(bucket ORDER BY bucket) AS buckets, list(n ORDER BY bucket) AS counts,
       sum(n) AS n, sum(sums) AS sums, sum(squares) AS squares
     FROM cells WHERE bucket IS NOT NULL AND (k = 0 OR v IS NOT NULL) GROUP BY k, v, tally`,
    pairs.parameters,
  );
  return new Map([...Map.groupBy(rows, (row) => keyIn(row, scope))].map(([key, of]) => [key, talliesIn(of)]));
}

function talliesIn(rows: readonly Row[]): Tallies {
  const byTally = new Map(rows.map((row) => [numberIn(row, 'tally'), row]));
  const ratio = byTally.get(tallied.length);
  return {
    of: new Map(
      tallied.flatMap((name, index) => {
        const row = byTally.get(index);
        return row === undefined
          ? []
          : [[name, { values: numbersIn(row, 'buckets'), counts: numbersIn(row, 'counts') }] as const];
      }),
    ),
    logRatio: {
      n: numberIn(ratio, 'n'),
      sum: numberIn(ratio, 'sums'),
      sumSquares: numberIn(ratio, 'squares'),
    },
  };
}
