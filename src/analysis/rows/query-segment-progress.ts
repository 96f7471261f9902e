import type { Query } from '../../log/comparison-log.ts';
import { segmentKey } from '../../shadow/segment-key.ts';
import type { LoggedProgress } from '../../shadow/segment-progress.ts';
import { pairsOf, type ReportScope } from './report-scope.ts';
import { numberIn, optionalNumberIn } from './row-fields.ts';
import { groupingOf, segmentIn } from './segment-cell.ts';

/**
 * How many compared rows of each segment the log has, an entity counted once, since more of its rows are no more evidence.
 *
 * @param columns to tell of, without `seg_`; the view `comparisons` has them
 */
export async function querySegmentProgress(
  query: Query,
  versions: Pick<ReportScope, 'model' | 'primaryVersion' | 'shadowVersion'>,
  columns: readonly string[],
): Promise<LoggedProgress> {
  const present = new Set(columns);
  const scope: ReportScope = {
    ...versions,
    ...{ roles: 'shadow', fromMs: null, toMs: null, columns, keep: null },
    ...{ entitiesRepeat: false, combinationsAreMany: false },
    present: { comparisons: present, traffic: present },
  };
  const pairs = pairsOf(scope, ['ts', 'coalesce(entity_hash, event_id) AS unit']);
  const grouping = groupingOf(scope);
  const rows = await query(
    `WITH pairs AS (${pairs.text})
     SELECT ${grouping.fields}, count(DISTINCT unit) AS n, min(epoch_ms(ts)) AS first_ms
     FROM pairs ${grouping.groupBy} ${grouping.having}`,
    pairs.parameters,
  );
  const compared = new Map<string, number>();
  let firstMs: number | null = null;
  for (const row of rows) {
    const segment = segmentIn(row, scope);
    compared.set(segment === null ? '' : segmentKey(segment.column, segment.value), numberIn(row, 'n'));
    if (segment === null) firstMs = optionalNumberIn(row, 'first_ms');
  }
  return { firstMs, compared };
}
