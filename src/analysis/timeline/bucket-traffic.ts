import type { Query, QuerySession } from '../../log/comparison-log.ts';
import { dropReasons } from '../../log/traffic-count.ts';
import { type ReportScope, trafficOf } from '../rows/report-scope.ts';
import { numberIn, optionalNumberIn } from '../rows/row-fields.ts';
import { bucketOf, type TimeGrid, type TimeSpan } from './time-grid.ts';
import type { TimelineBucket } from './timeline.ts';

type BucketTraffic = Pick<TimelineBucket, 'requests' | 'rows' | 'sampled' | 'dropped'>;

/** A table of the session: traffic by hour, whatever its segments. */
const hoursTable = 'timeline_hours';

/** Keeps the traffic for `queryBucketTraffic`. The starts of its first and its last hour; null where there is none. */
export async function keepTraffic(session: QuerySession, scope: ReportScope): Promise<TimeSpan | null> {
  const dropped = dropReasons.map((reason) => `n_dropped_${reason}`).join(' + ');
  const fields = ['n_requests', 'n_all', 'n_sampled', `${dropped} AS n_dropped`];
  const { text, parameters } = trafficOf({ ...scope, columns: [] }, ['hour', ...fields]);
  await session.keep(
    hoursTable,
    `SELECT epoch_ms(hour) AS hour_ms, sum(n_requests)::DOUBLE AS requests, sum(n_all)::DOUBLE AS rows_counted,
       sum(n_sampled)::DOUBLE AS sampled, sum(n_dropped)::DOUBLE AS dropped
     FROM (${text}) GROUP BY hour`,
    parameters,
  );
  const [row] = await session.query(
    `SELECT min(hour_ms) AS first_ms, max(hour_ms) AS last_ms FROM ${hoursTable}`,
  );
  const [firstMs, lastMs] = [optionalNumberIn(row, 'first_ms'), optionalNumberIn(row, 'last_ms')];
  return firstMs === null || lastMs === null ? null : { firstMs, lastMs };
}

/** Of the kept traffic, by bucket, for a grid whose buckets are no narrower than an hour. */
export async function queryBucketTraffic(
  query: Query,
  grid: TimeGrid,
): Promise<ReadonlyMap<number, BucketTraffic>> {
  const rows = await query(
    `SELECT ${bucketOf(grid, 'hour_ms // 60000')} AS bucket, sum(requests) AS requests, sum(rows_counted) AS rows_counted,
       sum(sampled) AS sampled, sum(dropped) AS dropped
     FROM ${hoursTable} GROUP BY bucket`,
  );
  return new Map(
    rows.map((row) => [
      numberIn(row, 'bucket'),
      {
        requests: numberIn(row, 'requests'),
        rows: numberIn(row, 'rows_counted'),
        sampled: numberIn(row, 'sampled'),
        dropped: numberIn(row, 'dropped'),
      },
    ]),
  );
}
