import type { Task } from '../inference/prediction.ts';
import type { Query, Row } from '../log/comparison-log.ts';
import type { MeanSums } from './asymptotic-sequence.ts';
import type { JudgedCounts } from './judgement.ts';
import { truthSql } from './pair-counts.ts';
import { moment, pairsOf, type ReportScope, segmentColumn } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import { checkpointPairs } from './slice-candidates.ts';

/** The mature pairs of one combination of segment values between two checkpoints. */
export interface SliceRows {
  /** In the order of the scope's columns; null where the column is empty or the value is not searched. */
  readonly values: readonly (string | null)[];
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

export async function querySliceRows(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
): Promise<SliceRows[]> {
  const regression = task === 'regression';
  const { truth, primaryWins, shadowWins } = truthSql[task];
  const fields = regression ? ['p_value', 's_value'] : ['p_label', 's_label'];
  const pairs = pairsOf(scope, ['request_id', '"row"', 'ts', 'agree', ...fields]);
  const segments = scope.columns.map(segmentColumn).join(', ');
  const unequal = regression ? 'p_value <> s_value' : 'NOT agree';
  // Where both say the same the difference is known without a label, and looking it up is what takes time.
  const lookedUp = regression ? '' : 'AND NOT p.agree';
  const known = regression ? 'truth IS NOT NULL' : 'agree OR truth IS NOT NULL';
  const errors = regression
    ? `sum(p_error) AS p_error_sum, sum(p_error * p_error) AS p_error_squares,
       sum(s_error - p_error) AS error_sum, sum((s_error - p_error) ** 2) AS error_squares,
       sum(greatest(s_error - p_error, 0)) AS error, max(greatest(s_error - p_error, 0)) AS largest`
    : `count(*) FILTER (${primaryWins}) AS error, 1 AS largest`;
  const rows = await query(
    `WITH pairs AS (${pairs.text}),
     labelled AS (
       SELECT p.*, epoch_ms(p.ts) // 60000 AS minute, ${truth} AS truth
       FROM pairs p LEFT JOIN latest_labels l
         ON l.model = $model AND l.request_id = p.request_id AND l."row" = p."row" ${lookedUp}
       WHERE p.agree IS NOT NULL AND p.ts <= ${moment('$matured')}
     ),
     minutes AS (SELECT minute, count(*) FILTER (${known}) AS known FROM labelled GROUP BY minute),
     reached AS (
       SELECT minute, coalesce(sum(known) OVER (ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS known_before
       FROM minutes
     ),
     buckets AS (SELECT minute, ${bucketSql} AS bucket FROM reached)
     SELECT ${segments}, bucket, max(minute) AS last_minute,
       count(*) AS n, count(*) FILTER (${known}) AS known, count(truth) AS labelled,
       count(*) FILTER (${unequal}) AS disagreements, count(truth) FILTER (${unequal}) AS labelled_disagreements,
       count(*) FILTER (${shadowWins}) AS gains, count(*) FILTER (${primaryWins}) AS losses, ${errors}
     FROM (SELECT *${regression ? ', abs(p_value - truth) AS p_error, abs(s_value - truth) AS s_error' : ''} FROM labelled)
     JOIN buckets USING (minute) GROUP BY ${segments}, bucket`,
    { ...pairs.parameters, matured: maturedMs },
  );
  return rows.map((row) => sliceRowsIn(row, scope));
}

function sliceRowsIn(row: Row, scope: ReportScope): SliceRows {
  const labelled = numberIn(row, 'labelled');
  const sums = (name: string): MeanSums => ({
    n: labelled,
    sum: numberIn(row, `${name}_sum`),
    sumSquares: numberIn(row, `${name}_squares`),
  });
  return {
    values: scope.columns.map((column) => {
      const value = row[`seg_${column}`] ?? null;
      return typeof value === 'string' ? value : null;
    }),
    bucket: numberIn(row, 'bucket'),
    lastMinute: numberIn(row, 'last_minute'),
    known: numberIn(row, 'known'),
    error: numberIn(row, 'error'),
    largest: numberIn(row, 'largest'),
    counts: {
      pairs: {
        n: numberIn(row, 'n'),
        disagreements: numberIn(row, 'disagreements'),
        labelledDisagreements: numberIn(row, 'labelled_disagreements'),
        gains: numberIn(row, 'gains'),
        losses: numberIn(row, 'losses'),
      },
      errors: { primary: sums('p_error'), difference: sums('error') },
    },
  };
}
