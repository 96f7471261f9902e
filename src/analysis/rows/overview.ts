import type { QuerySession } from '../../log/comparison-log.ts';
import { combinationSql, combinationTable } from './combinations.ts';
import { comparedRowsOf, type ReportScope, segmentColumn } from './report-scope.ts';
import { numberIn, optionalNumberIn } from './row-fields.ts';

/** What has to be known of the compared rows before anything else is asked. */
export interface Overview {
  readonly compared: number;
  readonly shadowErrors: number;
  /** Event time of the first and the last row; null where there is none. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** How many of the 168 hours of the week (UTC) were seen. */
  readonly hoursOfWeek: number;
  /** Rows have entities, so some may have several. */
  readonly entitiesRepeat: boolean;
  /** Of shadow and control. */
  readonly rowsWithoutEntity: number;
  /** The inclusion probability was not the same for every row, so that pooling would be unfair. */
  readonly samplingVaries: boolean;
  readonly hasControl: boolean;
}

/**
 * Keeps the combinations of values of `columns`, too, unless they are many: `combinations.ts`. These are the segment columns of the scope
 * and others.
 */
export async function queryOverview(
  session: QuerySession,
  scope: ReportScope,
  columns: readonly string[],
): Promise<Overview> {
  const rows = comparedRowsOf({ ...scope, roles: 'both', columns, keep: null }, [
    'role',
    'ts',
    'pi',
    'entity_hash',
    's_status',
  ]);
  const names = columns.map(segmentColumn);
  const combination = scope.combinationsAreMany ? '0::UBIGINT' : combinationSql(columns);
  const values = scope.combinationsAreMany ? [] : names.map((name) => `any_value(${name}) AS ${name}`);
  await session.keep(
    combinationTable,
    `WITH rows AS (${rows.text})
     SELECT ${[`${combination} AS combination`, ...values].join(', ')},
       count(*) FILTER (shadowed) AS compared, count(*) FILTER (NOT shadowed) AS controls,
       count(*) FILTER (shadowed AND s_status <> 'ok') AS shadow_errors,
       min(epoch_ms(ts)) FILTER (shadowed) AS first_ms, max(epoch_ms(ts)) FILTER (shadowed) AS last_ms,
       bit_or(CASE WHEN hour < 84 THEN 1::HUGEINT << hour END) FILTER (shadowed) AS early_hours,
       bit_or(CASE WHEN hour >= 84 THEN 1::HUGEINT << (hour - 84) END) FILTER (shadowed) AS late_hours,
       count(entity_hash) AS with_entity, count(entity_hash) FILTER (shadowed) AS entities,
       min(pi) FILTER (shadowed) AS least_pi, max(pi) FILTER (shadowed) AS most_pi
     FROM (SELECT *, role = 'shadow' AS shadowed, CAST((epoch_ms(ts) // 3600000) % 168 AS INTEGER) AS hour FROM rows)
     GROUP BY combination`,
    rows.parameters,
  );
  const bits = (hours: string) => `coalesce(bit_count(bit_or(${hours})), 0)::INTEGER`;
  const [row] = await session.query(
    `SELECT sum(compared) AS compared, sum(controls) AS controls, sum(shadow_errors) AS shadow_errors,
       min(first_ms) AS first_ms, max(last_ms) AS last_ms, ${bits('early_hours')} + ${bits('late_hours')} AS hours_of_week,
       sum(with_entity) AS with_entity, sum(entities) AS entities, coalesce(max(most_pi) - min(least_pi), 0) AS pi_range
     FROM ${combinationTable}`,
  );
  const compared = numberIn(row, 'compared');
  const controls = numberIn(row, 'controls');
  return {
    compared,
    shadowErrors: numberIn(row, 'shadow_errors'),
    firstMs: optionalNumberIn(row, 'first_ms'),
    lastMs: optionalNumberIn(row, 'last_ms'),
    hoursOfWeek: numberIn(row, 'hours_of_week'),
    entitiesRepeat: numberIn(row, 'entities') > 0,
    rowsWithoutEntity: compared + controls - numberIn(row, 'with_entity'),
    samplingVaries: numberIn(row, 'pi_range') > 1e-12,
    hasControl: controls > 0,
  };
}
