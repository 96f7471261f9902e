import type { Query, SqlValue } from '../../log/comparison-log.ts';
import type { Segment } from '../report/report.ts';
import { type ReportScope, segmentColumn, trafficOf } from '../rows/report-scope.ts';
import { numberIn } from '../rows/row-fields.ts';

/** Of each conjunction the share of all rows of traffic, sampled or not; null where no traffic was counted. */
export async function querySliceTraffic(
  query: Query,
  scope: ReportScope,
  slices: readonly (readonly Segment[])[],
): Promise<(number | null)[]> {
  if (slices.length === 0) return [];
  const columns = [...new Set(slices.flat().map(({ column }) => column))];
  const traffic = trafficOf({ ...scope, columns, keep: null }, ['n_all']);
  const values: Record<string, SqlValue> = {};
  const sums = slices.map((conditions, slice) => {
    const terms = conditions.map(({ column, value }, index) => {
      const name = `slice_${slice}_${index}`;
      values[name] = value;
      return `${segmentColumn(column)} = $${name}`;
    });
    return `CAST(sum(n_all) FILTER (${terms.join(' AND ')}) AS DOUBLE) AS slice_${slice}`;
  });
  const [row] = await query(
    `WITH counted AS (${traffic.text})
     SELECT CAST(sum(n_all) AS DOUBLE) AS everything, ${sums.join(', ')} FROM counted`,
    { ...traffic.parameters, ...values },
  );
  const everything = numberIn(row, 'everything');
  return slices.map((_, slice) => (everything === 0 ? null : numberIn(row, `slice_${slice}`) / everything));
}
