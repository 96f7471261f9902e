import type { Query, SqlValue } from '../../log/comparison-log.ts';
import { textIn } from './row-fields.ts';

/** Which rows of the log a query is about, and by which segments it groups them. */
export interface ReportScope {
  readonly model: string;
  readonly primaryVersion: string;
  readonly shadowVersion: string;
  /** The control runs the primary's own version, so it has no shadow version to be told by. */
  readonly roles: 'shadow' | 'control' | 'both';
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Segment columns to group by, without `seg_`. */
  readonly columns: readonly string[];
  /** Segment columns each view has; a column it lacks reads as null. */
  readonly present: { readonly comparisons: ReadonlySet<string>; readonly traffic: ReadonlySet<string> };
  /** Values worth grouping by, for each column; null for all. */
  readonly keep: ReadonlyMap<string, readonly string[]> | null;
  /** Some entity may have several rows, so only the first of each may count. */
  readonly entitiesRepeat: boolean;
  /** There are so many combinations of segment values that to count by them would save nothing: `kept-rows.ts`. */
  readonly combinationsAreMany: boolean;
}

export interface Sql {
  readonly text: string;
  readonly parameters: Readonly<Record<string, SqlValue>>;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function segmentColumn(column: string): string {
  return identifier(`seg_${column}`);
}

/** A moment given in milliseconds since the epoch, as the log's TIMESTAMP (UTC). */
export function moment(parameter: string): string {
  return `make_timestamp(CAST(${parameter} AS BIGINT) * 1000)`;
}

/** Names of the segment columns of a view, without `seg_`. */
export async function segmentColumnsOf(query: Query, view: 'comparisons' | 'traffic'): Promise<Set<string>> {
  // The catalog knows them; DESCRIBE would look into every Parquet file again.
  const rows = await query(
    `SELECT column_name FROM duckdb_columns()
     WHERE table_name = '${view}' AND starts_with(column_name, 'seg_') ORDER BY column_index`,
  );
  return new Set(rows.map((row) => textIn(row, 'column_name').slice('seg_'.length)));
}

/** Rows of these roles. */
export function roleTerm(roles: ReportScope['roles']): string {
  return { shadow: "role = 'shadow'", control: "role = 'control'", both: "role IN ('shadow', 'control')" }[
    roles
  ];
}

/** The conditions common to both views; `time` is the column that holds the event's time. */
function conditions(scope: ReportScope, time: string): Sql {
  const parameters: Record<string, SqlValue> = { model: scope.model, primary: scope.primaryVersion };
  const terms = ['model = $model', 'primary_version = $primary', roleTerm(scope.roles)];
  if (scope.roles !== 'control') {
    terms.push("(role = 'control' OR shadow_version = $shadow)");
    parameters.shadow = scope.shadowVersion;
  }
  if (scope.fromMs !== null) {
    terms.push(`${time} >= ${moment('$from')}`);
    parameters.from = scope.fromMs;
  }
  if (scope.toMs !== null) {
    terms.push(`${time} < ${moment('$to')}`);
    parameters.to = scope.toMs;
  }
  return { text: terms.join(' AND '), parameters };
}

export function segmentExpressions(scope: ReportScope, present: ReadonlySet<string>): string {
  return scope.columns
    .map((column) => {
      const name = segmentColumn(column);
      if (!present.has(column)) return `, NULL::VARCHAR AS ${name}`;
      if (scope.keep === null) return `, ${name}`;
      const kept = scope.keep.get(column) ?? [];
      if (kept.length === 0) return `, NULL::VARCHAR AS ${name}`;
      return `, CASE WHEN ${name} IN (${kept.map(literal).join(', ')}) THEN ${name} END AS ${name}`;
    })
    .join('');
}

/** SELECT of the compared rows, every one of them. */
export function comparedRowsOf(scope: ReportScope, fields: readonly string[]): Sql {
  const where = conditions(scope, 'ts');
  const segments = segmentExpressions(scope, scope.present.comparisons);
  const text = `SELECT ${fields.join(', ')}${segments} FROM comparisons WHERE ${where.text}`;
  return { text, parameters: where.parameters };
}

/**
 * SELECT of the compared rows that count: where entities repeat, only the first row of each, since an entity's rows
 * are no independent evidence (the first is chosen without regard to what either model said).
 */
export function pairsOf(scope: ReportScope, fields: readonly string[]): Sql {
  if (!scope.entitiesRepeat) return comparedRowsOf(scope, fields);
  const firsts = firstRowsOf(scope, placeInTime);
  return { text: pairsIn(scope, fields, `(${firsts.text})`, placeInTime), parameters: firsts.parameters };
}

/** The same, with the first rows from a table with what `firstRowsOf` says for this place. It has the parameters of that. */
export function pairsIn(
  scope: ReportScope,
  fields: readonly string[],
  firstRows: string,
  place: string,
): string {
  const where = conditions(scope, 'ts');
  const segments = segmentExpressions(scope, scope.present.comparisons);
  // An outer join, since DuckDB's IN and EXISTS beside an OR take half as long again; a window would sort every field.
  return `SELECT ${fields.join(', ')}${segments} FROM comparisons LEFT JOIN ${firstRows} first_rows ON entity = ${entitySql}
      WHERE ${where.text} AND (place IS NULL OR place = ${place})`;
}

/** SELECT of each `entity` and the least `place` of its rows. */
export function firstRowsOf(scope: ReportScope, place: string): Sql {
  const where = conditions(scope, 'ts');
  return {
    text: `SELECT ${entitySql} AS entity, min(${place}) AS place FROM comparisons
        WHERE ${where.text} AND entity_hash IS NOT NULL GROUP BY entity`,
    parameters: where.parameters,
  };
}

const entitySql = 'hash(entity_hash, role)';

/**
 * Orders rows by event time, then by their index in the request, then at random, the same on every look: time (64 bits), row (31) and
 * a hash of the event (32) in one number, which DuckDB compares ten times as fast as a struct.
 */
export const placeInTime =
  'epoch_us(ts)::HUGEINT * 9223372036854775808 + "row"::HUGEINT * 4294967296 + (hash(event_id) >> 32)';

/** 2026 in microseconds since the epoch, and 35 years: what is before or after that has one place. */
const [eraUs, eraSpanUs] = [1_770_000_000_000_000, 2 ** 50];

/**
 * The same in half the bits and without the event, which is long to read; but two rows of an entity may share a place, where one request
 * has more than 4096 rows, or two of one entity have the same time.
 */
export const roughPlaceInTime = `greatest(-${eraSpanUs}, least(${eraSpanUs}, epoch_us(ts) - ${eraUs})) * 4096 + least("row", 4095)`;

/** SELECT of the traffic counts of the same window; hours that the window cuts are counted whole. */
export function trafficOf(scope: ReportScope, fields: readonly string[]): Sql {
  const hours = scope.fromMs === null ? null : Math.floor(scope.fromMs / 3_600_000) * 3_600_000;
  const where = conditions({ ...scope, fromMs: hours }, 'hour');
  const segments = segmentExpressions(scope, scope.present.traffic);
  return {
    text: `SELECT ${fields.join(', ')}${segments} FROM traffic WHERE ${where.text}`,
    parameters: where.parameters,
  };
}
