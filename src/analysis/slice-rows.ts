import type { Task } from '../inference/prediction.ts';
import type { Query, Row } from '../log/comparison-log.ts';
import type { MeanSums } from './asymptotic-sequence.ts';
import type { JudgedCounts } from './judgement.ts';
import { moment, pairsOf, type ReportScope, segmentColumn } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import { noSimilarity } from './similarity-sums.ts';
import { checkpointPairs } from './slice-candidates.ts';
import { cellSql, codesOf, searchedValues } from './slice-cell-sql.ts';
import type { SearchedColumn } from './slice-columns.ts';
import { taskSql } from './task-sql.ts';

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

/**
 * One row for each combination of segment values and bucket. Of a classification only disagreements need a label: those few are
 * looked up by themselves, and the many rows in which both say the same are only counted.
 */
export async function querySliceRows(
  query: Query,
  scope: ReportScope,
  columns: readonly SearchedColumn[],
  task: Task,
  maturedMs: number,
): Promise<SliceRows[]> {
  const regression = task === 'regression';
  const { truth, unequal, primaryWins, shadowWins } = taskSql[task];
  const fields = regression ? ['p_value', 's_value'] : ['p_label', 's_label'];
  const pairs = pairsOf({ ...scope, columns: columns.map(({ column }) => column), keep: null }, [
    ...['request_id', '"row"', 'ts', 'agree'],
    ...fields,
  ]);
  const segments = columns.map(({ column }) => segmentColumn(column)).join(', ');
  const sums = {
    n: 'count(*)',
    known: 'count(truth)',
    disagreements: `count(*) FILTER (${unequal})`,
    labelled_disagreements: `count(truth) FILTER (${unequal})`,
    gains: `count(*) FILTER (${shadowWins})`,
    losses: `count(*) FILTER (${primaryWins})`,
    ...(regression ? errorSums : {}),
  };
  const summed = Object.entries(sums).map(([name, sum]) => `${sum} AS ${name}`);
  const added = Object.keys(sums).map((name) => `CAST(sum(${name}) AS DOUBLE) AS ${name}`);
  const largest = regression ? 'max(s_error - p_error)' : '1';
  // The rows are read once for each use, which is cheaper than keeping them, unless the entities must be told apart first.
  const keeping = scope.entitiesRepeat ? 'MATERIALIZED' : 'NOT MATERIALIZED';
  const rows = await query(
    `WITH pairs AS ${keeping} (
       SELECT *${searchedValues(columns)}, epoch_ms(ts) // 60000 AS minute FROM (${pairs.text})
       WHERE agree IS NOT NULL AND ts <= ${moment('$matured')}
     ),
     uncertain AS MATERIALIZED (
       SELECT *, hash(request_id, CAST("row" AS BIGINT)) AS labelled_row FROM pairs
       WHERE ${regression ? 'true' : 'NOT agree'}
     ),
     draws AS NOT MATERIALIZED (SELECT * FROM pairs WHERE ${regression ? 'false' : 'agree'}),
     truths AS (
       SELECT hash(l.request_id, CAST(l."row" AS BIGINT)) AS labelled_row, arg_max_null(${truth}, l.seq) AS truth
       FROM labels l WHERE l.model = $model AND labelled_row IN (SELECT labelled_row FROM uncertain)
       GROUP BY labelled_row
     ),
     labelled AS MATERIALIZED (
       SELECT *${regression ? ', abs(p_value - truth) AS p_error, abs(s_value - truth) AS s_error' : ''}
       FROM uncertain LEFT JOIN truths USING (labelled_row)
     ),
     minutes AS (
       SELECT minute, sum(known) AS known FROM (
         SELECT minute, count(truth) AS known FROM labelled GROUP BY minute
         UNION ALL SELECT minute, count(*) AS known FROM draws GROUP BY minute)
       GROUP BY minute
     ),
     reached AS (
       SELECT minute, coalesce(sum(known) OVER (ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS known_before
       FROM minutes
     ),
     buckets AS MATERIALIZED (SELECT minute, ${bucketSql} AS bucket FROM reached),
     summed AS (
       SELECT ${segments}, bucket, max(minute) AS last_minute, ${largest} AS largest, ${summed.join(', ')}
       FROM labelled JOIN buckets USING (minute) GROUP BY ${segments}, bucket
       UNION ALL BY NAME
       SELECT ${segments}, bucket, max(minute) AS last_minute, count(*) AS n, count(*) AS known
       FROM draws JOIN buckets USING (minute) GROUP BY ${segments}, bucket
     )
     SELECT ${cellSql(columns)} AS cell, bucket, max(last_minute) AS last_minute, max(largest) AS largest, ${added.join(', ')}
     FROM summed GROUP BY cell, bucket`,
    { ...pairs.parameters, matured: maturedMs },
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
