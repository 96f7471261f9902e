import type { Query, Row } from '../../log/comparison-log.ts';
import { dropReasons } from '../../log/traffic-count.ts';
import type { TrafficReport } from '../report/report.ts';
import type { Overview } from './overview.ts';
import { type ReportScope, segmentColumn, trafficOf } from './report-scope.ts';
import { numberIn } from './row-fields.ts';
import { type CellKey, groupingOf, keyIn, overallKey } from './segment-cell.ts';

export interface TrafficCounts {
  readonly totals: Row | undefined;
  /** Rows of all traffic, for all rows together and for each segment. */
  readonly rowsOf: ReadonlyMap<CellKey, number>;
  /** How many combinations of values of `columns` were counted. */
  readonly combinations: number;
}

const sums = [
  'n_requests',
  'n_all',
  'n_sampled',
  'n_primary_errors',
  ...dropReasons.map((reason) => `n_dropped_${reason}`),
];

/** @param columns segment columns, those of the scope among them */
export async function queryTraffic(
  query: Query,
  scope: ReportScope,
  columns: readonly string[],
): Promise<TrafficCounts> {
  const traffic = trafficOf({ ...scope, columns }, sums);
  const names = columns.map(segmentColumn);
  const added = sums.map((name) => `CAST(sum(${name}) AS DOUBLE) AS ${name}`).join(', ');
  const grouping = groupingOf(scope);
  // Combinations come again every hour, so they are added up before they are grouped by each column.
  const rows = await query(
    `WITH counted AS (${traffic.text}),
     combinations AS (SELECT ${[...names, added].join(', ')} FROM counted GROUP BY ${names.length === 0 ? '()' : names.join(', ')})
     SELECT ${grouping.fields}, ${added}, count(*) AS combinations FROM combinations ${grouping.groupBy} ${grouping.having}`,
    traffic.parameters,
  );
  const totals = rows.find((row) => keyIn(row, scope) === overallKey);
  return {
    totals,
    rowsOf: new Map(rows.map((row) => [keyIn(row, scope), numberIn(row, 'n_all')])),
    combinations: numberIn(totals, 'combinations'),
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
