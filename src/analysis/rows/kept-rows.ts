import type { Task } from '../../inference/outputs/prediction.ts';
import type { QuerySession } from '../../log/comparison-log.ts';
import { combinationKeys, combinationSql } from './combinations.ts';
import type { Overview } from './overview.ts';
import {
  comparedRowsOf,
  firstRowsOf,
  moment,
  pairsIn,
  placeInTime,
  type ReportScope,
  roughPlaceInTime,
  type Sql,
  segmentColumn,
  segmentExpressions,
} from './report-scope.ts';
import { factsOf, loggedFields, scoresOf } from './row-facts.ts';
import { numberIn } from './row-fields.ts';
import { taskSql } from './task-sql.ts';

/** Tables of a session, which go with it. */
const keptTable = 'report_rows';
const firstTable = 'report_first_rows';
const truthTable = 'report_truths';

/**
 * Keeps the rows of a report, of shadow and control, one of each entity, reduced to what is asked of them (`row-facts.ts`). To find the
 * first row of each entity and the label of each row costs more than all that is then asked of them, so it is done once.
 *
 * Which segments a row is in, is said by its `combination`, which `combinations.ts` has kept; where there are many, by a column for each of
 * `columns`.
 *
 * @param maturedMs labels count for rows whose event is not younger
 */
export async function keepRows(
  session: QuerySession,
  scope: ReportScope,
  task: Task,
  columns: readonly string[],
  maturedMs: number,
  overview: Overview,
): Promise<void> {
  const whole: ReportScope = { ...scope, roles: 'both', columns, keep: null };
  const keep = (rows: Sql) => keepFacts(session, whole, task, maturedMs, rows);
  const fields = [...loggedFields(task), `${labelledRow} AS labelled_row`];
  await keepTruths(session, scope.model, task);
  if (!scope.entitiesRepeat) return keep(comparedRowsOf(whole, fields));
  for (const place of [roughPlaceInTime, placeInTime]) {
    const { text, parameters } = firstRowsOf(whole, place);
    await session.keep(firstTable, text, parameters);
    await keep({ text: pairsIn(whole, fields, firstTable, place), parameters });
    if (await isOneOfEach(session, overview)) return;
  }
}

/** SELECT of kept rows of shadow or control, or both: their facts, and the keys of `combinationKeys`. */
export function keptRowsOf(scope: ReportScope): string {
  const roles = { shadow: 'NOT is_control', control: 'is_control', both: 'true' }[scope.roles];
  const isCut = scope.combinationsAreMany && scope.keep !== null && scope.columns.length > 0;
  const cut = () =>
    ` EXCLUDE (${combinationKeys(scope).join(', ')})${segmentExpressions(scope, new Set(scope.columns))}`;
  return `SELECT *${isCut ? cut() : ''} FROM ${keptTable} WHERE ${roles}`;
}

/** A hash stands for request and row: eight bytes instead of a long text. That two of ten million meet is one chance in 300,000. */
const labelledRow = 'hash(request_id, CAST("row" AS BIGINT))';

/** By itself, so that what it takes to sum labels up is free again when rows are joined with them. */
async function keepTruths(session: QuerySession, model: string, task: Task): Promise<void> {
  await session.keep(
    truthTable,
    `SELECT ${labelledRow} AS labelled_row, arg_max_null(${taskSql[task].truth}, l.seq) AS given
     FROM labels l WHERE l.model = $model GROUP BY labelled_row`,
    { model },
  );
}

async function keepFacts(
  session: QuerySession,
  scope: ReportScope,
  task: Task,
  maturedMs: number,
  rows: Sql,
): Promise<void> {
  const segments = scope.combinationsAreMany
    ? scope.columns.map(segmentColumn)
    : [`${combinationSql(scope.columns)} AS combination`];
  const facts = [...segments, ...factsOf(task)];
  await session.keep(
    keptTable,
    `WITH rows AS (${rows.text}),
     labelled AS (
       SELECT *, agree IS NOT NULL AND ts <= ${moment('$matured')} AS mature, CASE WHEN mature THEN given END AS truth
       FROM rows LEFT JOIN ${truthTable} USING (labelled_row)
     ),
     scored AS (SELECT *, ${scoresOf(task).join(', ')} FROM labelled)
     SELECT ${facts.join(', ')} FROM scored`,
    { ...rows.parameters, matured: maturedMs },
  );
}

/** Whether of each entity no more than one row was kept: rough places may be shared. */
async function isOneOfEach(session: QuerySession, { rowsWithoutEntity }: Overview): Promise<boolean> {
  const [row] = await session.query(
    `SELECT (SELECT count(*) FROM ${keptTable}) AS kept, (SELECT count(*) FROM ${firstTable}) AS entities`,
  );
  return numberIn(row, 'kept') === numberIn(row, 'entities') + rowsWithoutEntity;
}
