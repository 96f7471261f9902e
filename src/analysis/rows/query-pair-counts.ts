import type { Task } from '../../inference/outputs/prediction.ts';
import type { Query, Row } from '../../log/comparison-log.ts';
import { calibrationCtes, calibrationFields, calibrationKeys, calibrationSums } from './calibration-sums.ts';
import { combinationKeys, withSegments } from './combinations.ts';
import { keptRowsOf } from './kept-rows.ts';
import { countsOfFlags, type FlaggedSums, firstSums } from './pair-sums.ts';
import type { ReportScope } from './report-scope.ts';
import { rowFlags } from './row-flags.ts';
import { type CellGrouping, groupingOf } from './segment-cell.ts';
import { taskSql } from './task-sql.ts';

/** Of each group of rows. */
export interface PairSums {
  /** For `pairCountsIn`. */
  readonly rows: readonly Row[];
  /** For `calibrationBinsIn`, with a `side`, `p` or `s`. */
  readonly calibration: readonly Row[];
}

/**
 * Sums of all kept rows and of each segment, the cells of `groupingOf`. Of classes come the bins of calibration, too.
 *
 * Rows are summed by combination of segment values first, where those are few, and these sums are added up for each segment: so a row is
 * touched once, not once for each segment column.
 */
export async function queryPairCounts(query: Query, scope: ReportScope, task: Task): Promise<PairSums> {
  const sums = sumsOf(task);
  const binned = task === 'classification';
  const bins = binned ? calibrationKeys : [];
  const { keys, first, last, binned: cells } = groupingsOf(scope, bins);
  const named = (table: string) => withSegments(scope, table);
  const names = ['n', ...rowFlags, ...Object.keys(sums)];
  const rows = await query(
    `WITH kept AS (SELECT *${binned ? `, ${calibrationFields.join(', ')}` : ''} FROM (${keptRowsOf(scope)})),
     first_sums AS MATERIALIZED (
       SELECT ${[first.fields, ...bins, 'flags', ...firstSums(sums), ...(binned ? calibrationSums : [])].join(', ')}
       FROM kept ${first.clause}
     ),
     ${binned ? `${calibrationCtes(keys, cells, named)},` : ''}
     second_sums AS (
       SELECT ${[...keys, ...countsOfFlags(sums)].join(', ')} FROM first_sums GROUP BY ${keys.join(', ')}
     )
     SELECT ${[last.fields, ...names.map((name) => `sum(${name}) AS ${name}`)].join(', ')} FROM ${named('second_sums')} ${last.clause}
     ${binned ? 'UNION ALL BY NAME SELECT * FROM calibration' : ''}`,
  );
  const isCalibration = (row: Row) => (row.side ?? null) !== null;
  return { rows: rows.filter((row) => !isCalibration(row)), calibration: rows.filter(isCalibration) };
}

const squared = (of: string) => `(${of}) * (${of})`;

function sumsOf(task: Task): FlaggedSums {
  const difference = 's_confidence - p_confidence';
  return {
    p_cpu_sum: { of: 'p_cpu_us', where: 'p_cpu_known' },
    s_cpu_sum: { of: 's_cpu_us', where: 's_cpu_known' },
    p_confidence_sum: { of: 'p_confidence', where: 'confident' },
    s_confidence_sum: { of: 's_confidence', where: 'confident' },
    confidence_sum: { of: difference, where: 'confident' },
    confidence_squares: { of: squared(difference), where: 'confident' },
    ...(task === 'regression' ? errorSums : {}),
    ...(taskSql[task].dissimilarity === null ? {} : similaritySums),
  };
}

const errorSums: FlaggedSums = {
  p_error_sum: { of: 'p_error', where: 'labelled' },
  p_error_squares: { of: squared('p_error'), where: 'labelled' },
  s_error_sum: { of: 's_error', where: 'labelled' },
  s_error_squares: { of: squared('s_error'), where: 'labelled' },
  error_sum: { of: 's_error - p_error', where: 'labelled' },
  error_squares: { of: squared('s_error - p_error'), where: 'labelled' },
};

const similaritySums: FlaggedSums = {
  dissimilarity_sum: { of: 'dissimilarity', where: 'measured' },
  dissimilarity_squares: { of: squared('dissimilarity'), where: 'measured' },
  p_length_sum: { of: 'p_value', where: 'measured' },
  s_length_sum: { of: 's_value', where: 'measured' },
};

interface Grouping {
  readonly fields: string;
  /** What follows FROM and the table. */
  readonly clause: string;
}

/** The first grouping's `keys`, by which it groups beside `bins` and `flags`; then what brings sums with these keys to the asked groups. */
function groupingsOf(scope: ReportScope, bins: readonly string[]) {
  const beside = [...bins, 'flags'].join(', ');
  const joined = ({ fields, groupBy, having }: CellGrouping): Grouping => ({
    fields,
    clause: `${groupBy} ${having}`,
  });
  if (scope.combinationsAreMany) {
    const first = joined(groupingOf(scope, [beside]));
    const last = { fields: 'k, v', clause: 'GROUP BY k, v' };
    const binned = { fields: 'k, v', clause: 'GROUP BY k, v, side, bin' };
    return { keys: ['k', 'v'], first, last, binned };
  }
  const keys = combinationKeys(scope);
  const first = { fields: keys.join(', '), clause: `GROUP BY ${[...keys, beside].join(', ')}` };
  const binned = joined(groupingOf(scope, ['side, bin']));
  return { keys, first, last: joined(groupingOf(scope)), binned };
}
