import type { Query } from '../../log/comparison-log.ts';
import { maxSegmentValues } from '../../refused-segment.ts';
import { segmentColumn } from './report-scope.ts';
import { numberIn } from './row-fields.ts';

/**
 * Columns that have had too many values to be judged, in all traffic of the model that the log knows: thousands of segments of one
 * row would raise the threshold of every alarm.
 *
 * @param columns that the view `traffic` has, without `seg_`
 */
export async function queryCrowdedColumns(
  query: Query,
  model: string,
  columns: readonly string[],
): Promise<string[]> {
  if (columns.length === 0) return [];
  const names = columns.map(segmentColumn);
  const counts = names.map((name, index) => `count(DISTINCT ${name}) AS c${index}`);
  // Combinations come again every hour.
  const [row] = await query(
    `SELECT ${counts.join(', ')} FROM (SELECT DISTINCT ${names.join(', ')} FROM traffic WHERE model = $model)`,
    { model },
  );
  return columns.filter((_, index) => numberIn(row, `c${index}`) > maxSegmentValues);
}
