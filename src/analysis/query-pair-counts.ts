import type { Task } from '../inference/outputs/prediction.ts';
import type { Query, Row } from '../log/comparison-log.ts';
import { calibrationCtes, calibrationFields, calibrationKeys, calibrationSums } from './calibration-sums.ts';
import { keptRowsOf } from './kept-rows.ts';
import { countsOfFlags, type FlaggedSums, firstSums, flagsSql, type RowFlags } from './pair-sums.ts';
import { moment, type ReportScope, segmentColumn } from './report-scope.ts';
import { type CellGrouping, groupingOf } from './segment-cell.ts';
import { type TaskSql, taskSql } from './task-sql.ts';

const ownFields = [
  'ts',
  'agree',
  'given',
  'p_status',
  's_status',
  'p_label',
  's_label',
  'p_value',
  's_value',
  'p_confidence',
  's_confidence',
  'p_cpu_us',
  's_cpu_us',
];

/** Of each group of rows. */
export interface PairSums {
  /** For `pairCountsIn`. */
  readonly rows: readonly Row[];
  /** For `calibrationBinsIn`, with a `side`, `p` or `s`. */
  readonly calibration: readonly Row[];
}

/**
 * Sums of all kept rows and of each segment, the cells of `groupingOf`. Labels count only for rows whose event is older than `maturedMs`. Of classes come the bins of calibration, too.
 *
 * Rows are summed by combination of segment values first, where those are few, and these sums are added up for each segment: so a row is
 * touched once, not once for each segment column.
 */
export async function queryPairCounts(
  query: Query,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
): Promise<PairSums> {
  const { columns, hits } = taskSql[task];
  const pairs = keptRowsOf(scope, [...ownFields, ...columns]);
  const flags = flagsOf(taskSql[task]);
  const sums = sumsOf(task, taskSql[task]);
  const binned = task === 'classification';
  const bins = binned ? calibrationKeys : [];
  const { keys, first, last, binned: cells } = groupingsOf(scope, bins);
  const counts = countsOfFlags(flags, sums);
  const names = ['n', ...Object.keys(flags), ...Object.keys(sums)];
  const rows = await query(
    `WITH pairs AS (${pairs}),
     scored AS (
       SELECT p.*, s_confidence - p_confidence AS confidence_difference,
         p.ts <= ${moment('$matured')} AS old,
         old AND p.agree IS NOT NULL AS is_mature, given, CASE WHEN is_mature THEN given END AS truth, ${binned ? `${calibrationFields},` : ''}
         ${hits}${errorsOf(taskSql[task])}
       FROM pairs p
     ),
     flagged AS (SELECT *, ${flagsSql(flags)} FROM scored),
     first_sums AS MATERIALIZED (
       SELECT ${[...first.fields, ...bins, 'flags', ...firstSums(sums), ...(binned ? calibrationSums : [])].join(', ')}
       FROM flagged ${first.clause}
     ),
     ${binned ? `${calibrationCtes(keys, cells)},` : ''}
     second_sums AS (
       SELECT ${[...keys, ...counts].join(', ')} FROM first_sums ${keys.length === 0 ? '' : `GROUP BY ${keys.join(', ')}`}
     )
     SELECT ${[last.fields, ...names.map((name) => `sum(${name}) AS ${name}`)].join(', ')} FROM second_sums ${last.clause}
     ${binned ? 'UNION ALL BY NAME SELECT * FROM calibration' : ''}`,
    { matured: maturedMs },
  );
  const isCalibration = (row: Row) => (row.side ?? null) !== null;
  return { rows: rows.filter((row) => !isCalibration(row)), calibration: rows.filter(isCalibration) };
}

function flagsOf({ unequal, primaryWins, shadowWins, right, dissimilarity, far }: TaskSql): RowFlags {
  return {
    with_outcome: 'agree IS NOT NULL',
    agreed: 'agree',
    p_errors: "p_status <> 'ok'",
    s_errors: "s_status <> 'ok'",
    s_timeouts: "s_status = 'timeout'",
    p_cpu_n: "p_status = 'ok' AND p_cpu_us IS NOT NULL",
    s_cpu_n: "s_status = 'ok' AND s_cpu_us IS NOT NULL",
    confidence_n: 'confidence_difference IS NOT NULL',
    mature: 'is_mature',
    labelled: 'truth IS NOT NULL',
    disagreements: `is_mature AND ${unequal}`,
    labelled_disagreements: `truth IS NOT NULL AND ${unequal}`,
    gains: shadowWins,
    losses: primaryWins,
    p_right: right('p'),
    s_right: right('s'),
    ...(dissimilarity === null ? {} : { dissimilarity_n: `${dissimilarity} IS NOT NULL`, far }),
  };
}

function sumsOf(task: Task, { dissimilarity }: TaskSql): FlaggedSums {
  const squared = (of: string) => `(${of}) * (${of})`;
  return {
    p_cpu_sum: { of: 'p_cpu_us', where: 'p_cpu_n' },
    s_cpu_sum: { of: 's_cpu_us', where: 's_cpu_n' },
    p_confidence_sum: { of: 'p_confidence', where: 'confidence_n' },
    s_confidence_sum: { of: 's_confidence', where: 'confidence_n' },
    confidence_sum: { of: 'confidence_difference', where: 'confidence_n' },
    confidence_squares: { of: squared('confidence_difference'), where: 'confidence_n' },
    ...(task === 'regression'
      ? {
          p_error_sum: { of: 'p_error', where: 'labelled' },
          p_error_squares: { of: squared('p_error'), where: 'labelled' },
          s_error_sum: { of: 's_error', where: 'labelled' },
          s_error_squares: { of: squared('s_error'), where: 'labelled' },
          error_sum: { of: 'error_difference', where: 'labelled' },
          error_squares: { of: squared('error_difference'), where: 'labelled' },
        }
      : {}),
    ...(dissimilarity === null
      ? {}
      : {
          dissimilarity_sum: { of: dissimilarity, where: 'dissimilarity_n' },
          dissimilarity_squares: { of: squared(dissimilarity), where: 'dissimilarity_n' },
          p_length_sum: { of: 'p_value', where: 'dissimilarity_n' },
          s_length_sum: { of: 's_value', where: 'dissimilarity_n' },
        }),
  };
}

function errorsOf({ error }: TaskSql): string {
  return `${error('p')} AS p_error, ${error('s')} AS s_error, s_error - p_error AS error_difference`;
}

interface Grouping {
  readonly fields: string;
  /** What follows FROM and the table. */
  readonly clause: string;
}

/** The first grouping's `keys`, by which it groups beside `bins` and `flags`; then what brings sums with these keys to the asked groups. */
function groupingsOf(scope: ReportScope, bins: readonly string[]) {
  const names = scope.columns.map(segmentColumn);
  const beside = [...bins, 'flags'].join(', ');
  const joined = ({ fields, groupBy, having }: CellGrouping): Grouping => ({
    fields,
    clause: `${groupBy} ${having}`,
  });
  if (scope.combinationsAreMany) {
    const { fields, clause } = joined(groupingOf(scope, [beside]));
    const last = { fields: 'k, v', clause: 'GROUP BY k, v' };
    const binned = { fields: 'k, v', clause: 'GROUP BY k, v, side, bin' };
    return { keys: ['k', 'v'], first: { fields: [fields], clause }, last, binned };
  }
  const first = { fields: names, clause: `GROUP BY ${[...names, beside].join(', ')}` };
  const binned = joined(groupingOf(scope, ['side, bin']));
  return { keys: names, first, last: joined(groupingOf(scope)), binned };
}
