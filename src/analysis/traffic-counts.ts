import type { Query, Row } from '../log/comparison-log.ts';
import { dropReasons } from '../log/traffic-count.ts';
import type { Overview } from './overview.ts';
import type { TrafficReport } from './report.ts';
import { type ReportScope, trafficOf } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import { type CellKey, groupingOf, keyIn, overallKey } from './segment-cell.ts';

export interface TrafficCounts {
  readonly totals: Row | undefined;
  /** Rows of all traffic, for all rows together and for each segment. */
  readonly rowsOf: ReadonlyMap<CellKey, number>;
}

const sums = [
  'n_requests',
  'n_all',
  'n_sampled',
  'n_primary_errors',
  ...dropReasons.map((reason) => `n_dropped_${reason}`),
];

export async function queryTraffic(query: Query, scope: ReportScope): Promise<TrafficCounts> {
  const traffic = trafficOf(scope, sums);
  const grouping = groupingOf(scope);
  const rows = await query(
    `WITH counted AS (${traffic.text})
     SELECT ${grouping.fields}, ${sums.map((name) => `CAST(sum(${name}) AS DOUBLE) AS ${name}`).join(', ')}
     FROM counted ${grouping.groupBy} ${grouping.having}`,
    traffic.parameters,
  );
  return {
    totals: rows.find((row) => keyIn(row, scope) === overallKey),
    rowsOf: new Map(rows.map((row) => [keyIn(row, scope), numberIn(row, 'n_all')])),
  };
}

export function trafficReport({ totals }: TrafficCounts, overview: Overview): TrafficReport {
  return {
    requests: numberIn(totals, 'n_requests'),
    rows: numberIn(totals, 'n_all'),
    sampled: numberIn(totals, 'n_sampled'),
    compared: overview.compared,
    dropped: {
      queue_full: numberIn(totals, 'n_dropped_queue_full'),
      deadline: numberIn(totals, 'n_dropped_deadline'),
      stalled: numberIn(totals, 'n_dropped_stalled'),
      breaker: numberIn(totals, 'n_dropped_breaker'),
      budget: numberIn(totals, 'n_dropped_budget'),
    },
    errors: { primary: numberIn(totals, 'n_primary_errors'), shadow: overview.shadowErrors },
  };
}
