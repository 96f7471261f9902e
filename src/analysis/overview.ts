import type { Query } from '../log/comparison-log.ts';
import { pairsOf, type ReportScope, segmentColumn } from './report-scope.ts';
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
  /** Combinations of segment values, roughly. */
  readonly combinations: number;
  /** The inclusion probability was not the same for every row, so that pooling would be unfair. */
  readonly samplingVaries: boolean;
  readonly hasControl: boolean;
}

export async function queryOverview(query: Query, scope: ReportScope): Promise<Overview> {
  const fields = ['role', 'ts', 'pi', 'entity_hash', 's_status'];
  const pairs = pairsOf({ ...scope, roles: 'both' }, fields);
  const names = scope.columns.map(segmentColumn);
  const combinations = names.length === 0 ? '1' : `approx_count_distinct(hash(${names.join(', ')}))`;
  const [row] = await query(
    `WITH pairs AS (${pairs.text})
     SELECT count(*) FILTER (shadowed) AS compared,
       count(*) FILTER (shadowed AND s_status <> 'ok') AS shadow_errors,
       min(epoch_ms(ts)) FILTER (shadowed) AS first_ms, max(epoch_ms(ts)) FILTER (shadowed) AS last_ms,
       count(DISTINCT (epoch_ms(ts) // 3600000) % 168) FILTER (shadowed) AS hours_of_week,
       count(entity_hash) FILTER (shadowed) AS entities,
       coalesce(max(pi) FILTER (shadowed) - min(pi) FILTER (shadowed), 0) AS pi_range,
       count(*) FILTER (NOT shadowed) AS controls, ${combinations} AS combinations
     FROM (SELECT *, role = 'shadow' AS shadowed FROM pairs)`,
    pairs.parameters,
  );
  return {
    compared: numberIn(row, 'compared'),
    shadowErrors: numberIn(row, 'shadow_errors'),
    firstMs: optionalNumberIn(row, 'first_ms'),
    lastMs: optionalNumberIn(row, 'last_ms'),
    hoursOfWeek: numberIn(row, 'hours_of_week'),
    entitiesRepeat: numberIn(row, 'entities') > 0,
    combinations: numberIn(row, 'combinations'),
    samplingVaries: numberIn(row, 'pi_range') > 1e-12,
    hasControl: numberIn(row, 'controls') > 0,
  };
}
