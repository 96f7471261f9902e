import type { Query } from '../../log/comparison-log.ts';
import type { RefusedSegment } from '../../refused-segment.ts';
import { queryRefusedSegments } from '../report/refused-segments.ts';
import type { ReportRequest } from '../report/request.ts';
import { type ReportScope, segmentColumnsOf } from './report-scope.ts';

export interface RequestScope {
  /** All rows that count for the request, grouped by the declared segments that the log has columns for. */
  readonly whole: ReportScope;
  /** Segments, declared or not, in which slices are searched. */
  readonly searchable: readonly string[];
  /** Segments with too many values, which are not judged. */
  readonly refused: readonly RefusedSegment[];
}

export async function requestScope(query: Query, request: ReportRequest): Promise<RequestScope> {
  const [comparisons, traffic] = await Promise.all([
    segmentColumnsOf(query, 'comparisons'),
    segmentColumnsOf(query, 'traffic'),
  ]);
  const refused = await queryRefusedSegments(query, request, traffic);
  const known = new Set(request.segmentColumns);
  for (const { column } of refused) known.delete(column);
  const whole: ReportScope = {
    model: request.model,
    primaryVersion: request.primaryVersion,
    shadowVersion: request.shadowVersion,
    roles: 'shadow',
    fromMs: request.window.fromMs,
    toMs: request.window.toMs,
    columns: [...new Set(request.declaredColumns)].filter((column) => known.has(column)),
    present: { comparisons, traffic },
    keep: null,
    entitiesRepeat: false,
    combinationsAreMany: false,
  };
  return { whole, refused, searchable: [...new Set([...whole.columns, ...known])] };
}
