import type { Query } from '../../log/comparison-log.ts';
import { dropReasons } from '../../log/traffic-count.ts';
import { type ReportScope, trafficOf } from '../rows/report-scope.ts';
import { numberIn, optionalNumberIn } from '../rows/row-fields.ts';
import { bucketOf, type TimeGrid, type TimeSpan } from './time-grid.ts';
import type { TimelineBucket } from './timeline.ts';

type BucketTraffic = Pick<TimelineBucket, 'requests' | 'rows' | 'sampled' | 'dropped'>;

/** Starts of the first and the last hour with traffic; null where there is none. */
export async function queryTrafficSpan(query: Query, scope: ReportScope): Promise<TimeSpan | null> {
  const { text, parameters } = trafficOf({ ...scope, columns: [] }, ['epoch_ms(hour) AS hour_ms']);
  const [row] = await query(
    `SELECT min(hour_ms) AS first_ms, max(hour_ms) AS last_ms FROM (${text})`,
    parameters,
  );
  const [firstMs, lastMs] = [optionalNumberIn(row, 'first_ms'), optionalNumberIn(row, 'last_ms')];
  return firstMs === null || lastMs === null ? null : { firstMs, lastMs };
}

/** By bucket, for a grid whose buckets are no narrower than an hour. */
export async function queryBucketTraffic(
  query: Query,
  scope: ReportScope,
  grid: TimeGrid,
): Promise<ReadonlyMap<number, BucketTraffic>> {
  const dropped = dropReasons.map((reason) => `n_dropped_${reason}`).join(' + ');
  const fields = ['n_requests', 'n_all', 'n_sampled', `${dropped} AS n_dropped`];
  const { text, parameters } = trafficOf({ ...scope, columns: [] }, ['hour', ...fields]);
  const rows = await query(
    `SELECT ${bucketOf(grid, 'epoch_ms(hour) // 60000')} AS bucket, sum(n_requests)::DOUBLE AS requests, sum(n_all)::DOUBLE AS n_rows,
       sum(n_sampled)::DOUBLE AS sampled, sum(n_dropped)::DOUBLE AS dropped
     FROM (${text}) GROUP BY bucket`,
    parameters,
  );
  return new Map(
    rows.map((row) => [
      numberIn(row, 'bucket'),
      {
        requests: numberIn(row, 'requests'),
        rows: numberIn(row, 'n_rows'),
        sampled: numberIn(row, 'sampled'),
        dropped: numberIn(row, 'dropped'),
      },
    ]),
  );
}
