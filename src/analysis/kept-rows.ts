import type { Task } from '../inference/outputs/prediction.ts';
import type { QuerySession } from '../log/comparison-log.ts';
import { pairsOf, type ReportScope, roleTerm, segmentExpressions } from './report-scope.ts';
import { taskSql } from './task-sql.ts';

const table = 'report_rows';
const truths = 'report_truths';
const fields = [
  ...['role', 'ts', '"row"', 'pi', 'p_status', 's_status', 'p_label', 's_label', 'p_value', 's_value'],
  ...['p_confidence', 's_confidence', 'p_queue_us', 's_queue_us', 'p_compute_us', 's_compute_us'],
  ...['p_cpu_us', 's_cpu_us'],
];

/**
 * Keeps the rows of a report, of shadow and control, one of each entity, with the columns of these segments and with `given`, what
 * labels say of each. To find the first row of each entity and the label of each row costs more than all that is then asked of
 * them, so it is done once.
 */
export async function keepRows(
  session: QuerySession,
  scope: ReportScope,
  task: Task,
  segmentColumns: readonly string[],
): Promise<void> {
  const { agree, columns, truth } = taskSql[task];
  // A hash stands for request and row: eight bytes instead of a long text. That two of ten million meet is one chance in 300,000.
  const labelled = 'hash(request_id, CAST("row" AS BIGINT))';
  const rows = pairsOf({ ...scope, roles: 'both', columns: segmentColumns, keep: null }, [
    ...fields,
    ...columns,
    `${agree} AS agree`,
    `${labelled} AS labelled_row`,
  ]);
  // By itself, so that what it takes to sum labels up is free again when rows are joined with them.
  await session.keep(
    truths,
    `SELECT ${labelled} AS labelled_row, arg_max_null(${truth}, l.seq) AS given FROM labels l WHERE l.model = $model GROUP BY labelled_row`,
    { model: scope.model },
  );
  await session.keep(
    table,
    `SELECT * EXCLUDE (labelled_row) FROM (${rows.text}) LEFT JOIN ${truths} USING (labelled_row)`,
    rows.parameters,
  );
}

/** SELECT of kept rows, of the roles and with the segment columns of the scope. */
export function keptRowsOf(scope: ReportScope, selected: readonly string[]): string {
  const segments = segmentExpressions(scope, new Set(scope.columns));
  return `SELECT ${selected.join(', ')}${segments} FROM ${table} WHERE ${roleTerm(scope.roles)}`;
}
