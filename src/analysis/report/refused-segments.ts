import type { Query } from '../../log/comparison-log.ts';
import { type RefusedSegment, refusedSegment } from '../../refused-segment.ts';
import { queryCrowdedColumns } from '../rows/crowded-columns.ts';
import type { Verdict } from './report.ts';
import type { ReportRequest } from './request.ts';

/**
 * Segments that are not judged since they have too many values: those that the server refuses now, and those of which the log tells
 * that they had.
 *
 * @param counted columns of the view `traffic`, without `seg_`
 */
export async function queryRefusedSegments(
  query: Query,
  { model, declaredColumns, refusedSegments }: ReportRequest,
  counted: ReadonlySet<string>,
): Promise<RefusedSegment[]> {
  const known = new Set(refusedSegments.map(({ column }) => column));
  const asked = declaredColumns.filter((column) => counted.has(column) && !known.has(column));
  const crowded = await queryCrowdedColumns(query, model, asked);
  return [...refusedSegments, ...crowded.map(refusedSegment)];
}

/** Who declares a segment wants it judged: while it cannot be, nothing is promoted. */
export function withRefusedSegments(
  verdict: Verdict,
  refused: readonly RefusedSegment[],
  { declaresSegments, declaredColumns }: ReportRequest,
): Verdict {
  const missed = declaresSegments ? refused.filter(({ column }) => declaredColumns.includes(column)) : [];
  if (missed.length === 0 || verdict.decision === 'reject') return verdict;
  const reasons = missed.map(({ sentence }) => `What is declared cannot be judged: ${sentence}.`);
  const others = verdict.decision === 'promote' ? [] : verdict.reasons;
  return { decision: 'keep_shadowing', reasons: [...others, ...reasons] };
}
