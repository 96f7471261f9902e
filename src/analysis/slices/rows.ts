import type { Task } from '../../inference/outputs/prediction.ts';
import type { Query, Row } from '../../log/comparison-log.ts';
import type { JudgedCounts } from '../judgement/judgement.ts';
import { combinationKeys, withSegments } from '../rows/combinations.ts';
import { keptRowsOf } from '../rows/kept-rows.ts';
import type { ReportScope } from '../rows/report-scope.ts';
import { numberIn } from '../rows/row-fields.ts';
import { has } from '../rows/row-flags.ts';
import { noSimilarity } from '../rows/similarity-sums.ts';
import type { MeanSums } from '../statistics/asymptotic-sequence.ts';
import { checkpointPairs } from './candidates.ts';
import { cellSql, codesOf } from './cell-sql.ts';
import type { SearchedColumn } from './columns.ts';

/** The mature pairs of one combination of segment values between two checkpoints. */
export interface SliceRows {
  /** For each column 1 + the index of the value; 0 where the column is empty or the value is not searched. */
  readonly codes: readonly number[];
  /** How many checkpoints were reached before these rows. */
  readonly bucket: number;
  /** Event time of the last of them, minutes since the epoch. */
  readonly lastMinute: number;
  /** Rows whose difference is known: equal predictions, or a label. */
  readonly known: number;
  /** Over the known rows: losses; of a regression, by how much the absolute error grew where it grew. */
  readonly error: number;
  readonly largest: number;
  readonly counts: JudgedCounts;
}

/**
 * A checkpoint is the end of the first minute of event time by which so many rows were known. Whole minutes, since the
 * order within one takes a sort of all rows and changes nothing for anybody.
 */
const bucketSql = checkpointPairs.map((pairs) => `(known_before >= ${pairs})::INTEGER`).join(' + ');

/** Rows of which it is known who was right: a label, or for classes the same prediction. */
const knownSql = (regression: boolean) =>
  regression ? has('labelled') : `(${has('labelled')} OR NOT ${has('disagreements')})`;

/**
 * One row for each combination of segment values and bucket, of the kept rows.
 */
export async function querySliceRows(
  query: Query,
  scope: ReportScope,
  columns: readonly SearchedColumn[],
  task: Task,
): Promise<SliceRows[]> {
  const regression = task === 'regression';
  const searched: ReportScope = { ...scope, columns: columns.map(({ column }) => column), keep: null };
  const keys = combinationKeys(searched).join(', ');
  const sums = {
    n: 'count(*)',
    known: `count(*) FILTER (${knownSql(regression)})`,
    disagreements: `count(*) FILTER (${has('disagreements')})`,
    labelled_disagreements: `count(*) FILTER (${has('labelled_disagreements')})`,
    gains: `count(*) FILTER (${has('gains')})`,
    losses: `count(*) FILTER (${has('losses')})`,
    ...(regression ? errorSums : {}),
  };
  const summed = Object.entries(sums).map(([name, sum]) => `${sum} AS ${name}`);
  const added = Object.keys(sums).map((name) => `CAST(sum(${name}) AS DOUBLE) AS ${name}`);
  const largest = regression ? 'max(s_error - p_error)' : '1';
  const rows = await query(
    `WITH mature AS NOT MATERIALIZED (SELECT * FROM (${keptRowsOf(searched)}) WHERE ${has('mature')}),
     minutes AS (SELECT minute, count(*) FILTER (${knownSql(regression)}) AS known FROM mature GROUP BY minute),
     reached AS (
       SELECT minute, coalesce(sum(known) OVER (ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS known_before
       FROM minutes
     ),
     buckets AS MATERIALIZED (SELECT minute, ${bucketSql} AS bucket FROM reached),
     summed AS (
       SELECT ${keys}, bucket, max(minute) AS last_minute, ${largest} AS largest, ${summed.join(', ')}
       FROM mature JOIN buckets USING (minute) GROUP BY ${keys}, bucket
     ),
     named AS (SELECT * FROM ${withSegments(searched, 'summed')})
     SELECT ${cellSql(columns)} AS cell, bucket, max(last_minute) AS last_minute, max(largest) AS largest, ${added.join(', ')}
     FROM named GROUP BY cell, bucket`,
  );
  return rows.map((row) => sliceRowsIn(row, columns, regression));
}

const errorSums = {
  p_error_sum: 'sum(p_error)',
  p_error_squares: 'sum(p_error * p_error)',
  error_sum: 'sum(s_error - p_error)',
  error_squares: 'sum((s_error - p_error) ** 2)',
  growth: 'sum(greatest(s_error - p_error, 0))',
};

function sliceRowsIn(row: Row, columns: readonly SearchedColumn[], regression: boolean): SliceRows {
  const known = numberIn(row, 'known');
  const sums = (name: string): MeanSums => ({
    n: regression ? known : 0,
    sum: numberIn(row, `${name}_sum`),
    sumSquares: numberIn(row, `${name}_squares`),
  });
  return {
    codes: codesOf(numberIn(row, 'cell'), columns),
    bucket: numberIn(row, 'bucket'),
    lastMinute: numberIn(row, 'last_minute'),
    known,
    error: numberIn(row, regression ? 'growth' : 'losses'),
    largest: Math.max(0, numberIn(row, 'largest')),
    counts: {
      pairs: {
        n: numberIn(row, 'n'),
        disagreements: numberIn(row, 'disagreements'),
        labelledDisagreements: numberIn(row, 'labelled_disagreements'),
        gains: numberIn(row, 'gains'),
        losses: numberIn(row, 'losses'),
      },
      errors: { primary: sums('p_error'), difference: sums('error') },
      similarity: noSimilarity,
    },
  };
}
