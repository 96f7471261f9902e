import { combinationKeys, withSegments } from './combinations.ts';
import { keptRowsOf } from './kept-rows.ts';
import { type ReportScope, segmentColumn } from './report-scope.ts';
import { groupingOf } from './segment-cell.ts';

/**
 * CTEs that count kept rows of shadow and control (`is_control`) by the value of each tallied column, for all rows together and for each
 * segment; the last of them is `cells`: `k` and `v` (the segment, as in `segment-cell.ts`), `is_control`, `tally` (index of the column),
 * `bucket` (its value) and `n`. After the tallied columns come the summed ones, with `n`, `sums` and `squares` in bucket 0.
 *
 * @param columns expression over a kept row, by name
 */
type CellsSql = <Name extends string>(
  scope: ReportScope,
  columns: Readonly<Record<Name, string>>,
  tallied: readonly Name[],
  summed: readonly Name[],
) => string;

/**
 * Counts by combination of segment values first and adds those counts up for each segment, so that a row is touched once for each
 * tally, and not once more for every segment column.
 */
export const cellsOfCombinations: CellsSql = (scope, columns, tallied, summed) => {
  const kept = `(${keptRowsOf(scope)})`;
  const keys = [...combinationKeys(scope), 'is_control'].join(', ');
  const counted = tallied.map(
    (name, tally) =>
      `SELECT ${keys}, ${tally} AS tally, ${columns[name]} AS bucket, count(*) AS n FROM ${kept} GROUP BY ${keys}, bucket`,
  );
  // A grouping each would do as well; in one they cost one look at the rows.
  const sums = summed.map(
    (name) =>
      `count(${columns[name]}) AS ${name}_n, ${sumOf(columns[name])} AS ${name}_sum, ${squaresOf(columns[name])} AS ${name}_squares`,
  );
  const summedRows = summed.map(
    (name, index) =>
      `SELECT ${keys}, ${tallied.length + index} AS tally, ${name}_n AS n, ${name}_sum AS sums, ${name}_squares AS squares FROM summed`,
  );
  const segments = ['NULL::VARCHAR', ...scope.columns.map(segmentColumn)];
  const added = (table: string, fields: string) =>
    segments.map(
      (name, k) => `SELECT ${k} AS k, ${name} AS v, is_control, tally, ${fields} FROM ${table} GROUP BY ALL`,
    );
  return `counted AS (${counted.join(' UNION ALL ')}),
     named_counts AS MATERIALIZED (SELECT * FROM ${withSegments(scope, 'counted')} WHERE bucket IS NOT NULL),
     summed AS (SELECT ${keys}, ${sums.join(', ')} FROM ${kept} GROUP BY ${keys}),
     summed_rows AS (${summedRows.join(' UNION ALL ')}),
     named_sums AS MATERIALIZED (SELECT * FROM ${withSegments(scope, 'summed_rows')}),
     cells AS (
       ${added('named_counts', 'bucket, sum(n) AS n').join(' UNION ALL ')}
       UNION ALL BY NAME (
         ${added('named_sums', '0 AS bucket, sum(n) AS n, sum(sums) AS sums, sum(squares) AS squares').join(' UNION ALL ')}
       )
     )`;
};

/** Counts the rows for each segment column anew: what is held grows with the values of each column, never with their combinations. */
export const cellsOfRows: CellsSql = (scope, columns, tallied, summed) => {
  const selected = [...tallied, ...summed].map((name) => `${columns[name]} AS tallied_${name}`);
  const names = tallied.map((name) => `tallied_${name}`);
  const byBucket = groupingOf(
    scope,
    names.map((name) => `is_control, ${name}`),
  );
  const whole = groupingOf(scope, ['is_control']);
  const tally = names.map((name, index) => `WHEN GROUPING(${name}) = 0 THEN ${index}`).join(' ');
  const summedRows = summed.map((name, index) => {
    const of = `tallied_${name}`;
    return `SELECT ${whole.fields}, is_control, ${tallied.length + index}, 0, count(${of}), ${sumOf(of)}, ${squaresOf(of)}
       FROM narrow ${whole.groupBy}`;
  });
  return `narrow AS MATERIALIZED (SELECT ${['is_control', ...combinationKeys(scope), ...selected].join(', ')} FROM (${keptRowsOf(scope)})),
     cells AS (
       SELECT ${byBucket.fields}, is_control, CASE ${tally} END AS tally, coalesce(${names.join(', ')}) AS bucket, count(*) AS n,
         0.0::DOUBLE AS sums, 0.0::DOUBLE AS squares
       FROM narrow ${byBucket.groupBy}
       UNION ALL ${summedRows.join(' UNION ALL ')}
     )`;
};

const sumOf = (name: string): string => `coalesce(sum((${name})::DOUBLE), 0)`;
const squaresOf = (name: string): string => `coalesce(sum((${name})::DOUBLE * (${name})), 0)`;
