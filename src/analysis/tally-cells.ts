import { keptRowsOf } from './kept-rows.ts';
import { type ReportScope, segmentColumn } from './report-scope.ts';
import { groupingOf } from './segment-cell.ts';

export interface TallyColumns {
  /** The CTE with the rows. */
  readonly from: string;
  /** Selected from them beforehand. */
  readonly columns: readonly string[];
  /** Those whose values are counted. */
  readonly tallied: readonly string[];
  /** Those that are summed. */
  readonly summed: readonly string[];
  /** A column whose values are kept apart everywhere. */
  readonly apart: string;
}

/**
 * CTEs that count rows by the value of each tallied column, for all rows together and for each segment; the last of them is `cells`: `k` and
 * `v` (the segment, as in `segment-cell.ts`), the column kept apart, `tally` (index of the column), `bucket` (its value) and `n`. After the
 * tallied columns come the summed ones, with `n`, `sums` and `squares` in bucket 0. `narrow` has the rows with the columns.
 */
type CellsSql = (scope: ReportScope, columns: TallyColumns) => string;

/**
 * Counts by combination of segment values first and adds those counts up for each segment, so that a row is touched once for each
 * tally, and not once more for every segment column.
 */
export const cellsOfCombinations: CellsSql = (scope, { from, columns, tallied, summed, apart }) => {
  const names = scope.columns.map(segmentColumn);
  // A hash of the values stands for them: eight bytes instead of sixteen for each column, in every row.
  const combination = names.length === 0 ? '0' : `hash(${names.join(', ')})`;
  const every = keptRowsOf({ ...scope, roles: 'both' }, ['0 AS nothing']);
  const counted = tallied.map(
    (name, tally) =>
      `SELECT combination, ${apart}, ${tally} AS tally, ${name} AS bucket, count(*) AS n, 0.0::DOUBLE AS sums, 0.0::DOUBLE AS squares
       FROM narrow GROUP BY combination, ${apart}, ${name}`,
  );
  // A grouping each would do as well; in one they cost one look at the rows.
  const sums = summed.map(
    (name) =>
      `count(${name}) AS ${name}_n, ${sumOf(name)} AS ${name}_sum, ${squaresOf(name)} AS ${name}_squares`,
  );
  const summedRows = summed.map(
    (name, index) =>
      `SELECT combination, ${apart}, ${tallied.length + index} AS tally, 0 AS bucket, ${name}_n, ${name}_sum, ${name}_squares FROM added`,
  );
  const cells = ['NULL::VARCHAR', ...names].map(
    (name, k) =>
      `SELECT ${k} AS k, ${name} AS v, ${apart}, tally, bucket, sum(n) AS n, sum(sums) AS sums, sum(squares) AS squares
       FROM named GROUP BY ALL`,
  );
  const values = names.map((name) => `, ${name}`).join('');
  return `narrow AS MATERIALIZED (SELECT ${combination} AS combination, ${apart}, ${columns.join(', ')} FROM ${from}),
     combinations AS (
       SELECT ${combination} AS combination${values} FROM (SELECT DISTINCT 0${values} FROM (${every}))
     ),
     added AS (SELECT combination, ${apart}, ${sums.join(', ')} FROM narrow GROUP BY combination, ${apart}),
     counted AS (${[...counted, ...summedRows].join(' UNION ALL ')}),
     named AS MATERIALIZED (
       SELECT counted.*${values} FROM counted JOIN combinations USING (combination) WHERE bucket IS NOT NULL
     ),
     cells AS (${cells.join(' UNION ALL ')})`;
};

/** Counts the rows for each segment column anew: what is held grows with the values of each column, never with their combinations. */
export const cellsOfRows: CellsSql = (scope, { from, columns, tallied, summed, apart }) => {
  const names = scope.columns.map(segmentColumn);
  const byBucket = groupingOf(
    scope,
    tallied.map((name) => `${apart}, ${name}`),
  );
  const whole = groupingOf(scope, [apart]);
  const tally = tallied.map((name, index) => `WHEN GROUPING(${name}) = 0 THEN ${index}`).join(' ');
  const summedRows = summed.map(
    (name, index) =>
      `SELECT ${whole.fields}, ${apart}, ${tallied.length + index}, 0, count(${name}), ${sumOf(name)}, ${squaresOf(name)}
       FROM narrow ${whole.groupBy}`,
  );
  return `narrow AS MATERIALIZED (SELECT ${[...names, apart, ...columns].join(', ')} FROM ${from}),
     cells AS (
       SELECT ${byBucket.fields}, ${apart}, CASE ${tally} END AS tally, coalesce(${tallied.join(', ')}) AS bucket, count(*) AS n,
         0.0::DOUBLE AS sums, 0.0::DOUBLE AS squares
       FROM narrow ${byBucket.groupBy}
       UNION ALL ${summedRows.join(' UNION ALL ')}
     )`;
};

const sumOf = (name: string): string => `coalesce(sum(${name}::DOUBLE), 0)`;
const squaresOf = (name: string): string => `coalesce(sum(${name}::DOUBLE * ${name}), 0)`;
