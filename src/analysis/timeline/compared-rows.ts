import type { Query } from '../../log/comparison-log.ts';
import { comparedRowsOf, type ReportScope } from '../rows/report-scope.ts';
import { numberIn, optionalNumberIn } from '../rows/row-fields.ts';
import { bucketOf, type TimeGrid } from './time-grid.ts';

export interface ComparedRows {
  readonly byBucket: ReadonlyMap<number, number>;
  /** 7 days, Monday first, of 24 hours, UTC. */
  readonly byHourOfWeek: readonly (readonly number[])[];
}

/** How many rows of the shadow were compared, those of repeated entities too. */
export async function queryComparedRows(
  query: Query,
  scope: ReportScope,
  grid: TimeGrid,
): Promise<ComparedRows> {
  const { text, parameters } = comparedRowsOf({ ...scope, roles: 'shadow', columns: [] }, [
    'epoch_ms(ts) // 60000 AS minute',
  ]);
  // 1970 began on a Thursday.
  const rows = await query(
    `SELECT bucket, hour, count(*) AS n FROM (
       SELECT ${bucketOf(grid, 'minute')} AS bucket, CAST((((minute // 60 + 72) % 168) + 168) % 168 AS INTEGER) AS hour FROM (${text})
     ) GROUP BY GROUPING SETS ((bucket), (hour))`,
    parameters,
  );
  const byBucket = new Map<number, number>();
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const row of rows) {
    const hour = optionalNumberIn(row, 'hour');
    if (hour === null) byBucket.set(numberIn(row, 'bucket'), numberIn(row, 'n'));
    else hours[Math.floor(hour / 24)]![hour % 24] = numberIn(row, 'n');
  }
  return { byBucket, byHourOfWeek: hours };
}
