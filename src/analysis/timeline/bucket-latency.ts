import type { Query, Row } from '../../log/comparison-log.ts';
import { keptRowsOf } from '../rows/kept-rows.ts';
import type { ReportScope } from '../rows/report-scope.ts';
import { numberIn, textIn } from '../rows/row-fields.ts';
import { microsecondsOf } from '../statistics/latency-sketch.ts';
import { bucketOf, type TimeGrid } from './time-grid.ts';
import type { BucketLatency, TimelineBucket } from './timeline.ts';

const sides = { primary: 'p', shadow: 's' } as const;
/** The row in whose cell the quantile of a sketch lies, counted from 0. */
const rankOf = (share: number): string => `${share} * (total - 1)`;

/** Quantiles of the total latency of the kept rows of the shadow, by bucket: those that the sketch of its rows would have. */
export async function queryBucketLatency(
  query: Query,
  scope: ReportScope,
  grid: TimeGrid,
): Promise<(bucket: number) => TimelineBucket['latency_ms']> {
  const kept = `(${keptRowsOf({ ...scope, roles: 'shadow' })})`;
  const counted = Object.values(sides).map(
    (side) =>
      `SELECT ${bucketOf(grid, 'minute')} AS bucket, '${side}' AS side, ${side}_total AS cell, count(*) AS n
       FROM ${kept} WHERE ${side}_total IS NOT NULL GROUP BY ALL`,
  );
  const rows = await query(
    `WITH counted AS (${counted.join(' UNION ALL ')}),
     placed AS (
       SELECT *, sum(n) OVER (PARTITION BY bucket, side ORDER BY cell) AS up_to, sum(n) OVER (PARTITION BY bucket, side) AS total
       FROM counted
     )
     SELECT bucket, side, min(cell) FILTER (up_to > ${rankOf(0.5)}) AS p50, min(cell) FILTER (up_to > ${rankOf(0.99)}) AS p99
     FROM placed GROUP BY bucket, side`,
  );
  const found = new Map(
    rows.map((row) => [`${textIn(row, 'side')}${numberIn(row, 'bucket')}`, latencyIn(row)]),
  );
  return (bucket) => ({
    primary: found.get(`${sides.primary}${bucket}`) ?? null,
    shadow: found.get(`${sides.shadow}${bucket}`) ?? null,
  });
}

function latencyIn(row: Row): BucketLatency {
  const milliseconds = (name: string) => microsecondsOf(numberIn(row, name)) / 1000;
  return { p50: milliseconds('p50'), p99: milliseconds('p99') };
}
