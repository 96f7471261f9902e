import type { SegmentReport, Status } from '../../../src/analysis/report/report.ts';
import type { Measure } from '../../../src/presentation/measure.ts';
import { segmentName } from '../text/segment-name.ts';

/** What the list can be sorted by; `worst` is the report's own order. */
export type SortKey = 'worst' | 'difference' | 'rows' | 'traffic' | 'name';

export interface SegmentFilter {
  /** Part of a name; upper and lower case are the same. */
  readonly text: string;
  /** Null for all. */
  readonly status: Status | null;
  readonly sort: SortKey;
}

/** The segments that fit the filter, in its order. What has no interval yet comes last by difference. */
export function listedSegments(
  segments: readonly SegmentReport[],
  { text, status, sort }: SegmentFilter,
  { interval }: Pick<Measure, 'interval'>,
): readonly SegmentReport[] {
  const wanted = text.trim().toLowerCase();
  const fitting = segments.filter(
    (one) =>
      (status === null || one.status === status) &&
      (wanted === '' || segmentName(one.segment).toLowerCase().includes(wanted)),
  );
  const estimate = (one: SegmentReport) => interval(one.block)?.estimate ?? Number.POSITIVE_INFINITY;
  switch (sort) {
    case 'worst':
      return fitting;
    case 'difference':
      return fitting.sort((a, b) => estimate(a) - estimate(b) || 0);
    case 'rows':
      return fitting.sort((a, b) => b.block.n - a.block.n);
    case 'traffic':
      return fitting.sort((a, b) => (b.traffic_share ?? 0) - (a.traffic_share ?? 0));
    case 'name':
      return fitting.sort((a, b) => (segmentName(a.segment) < segmentName(b.segment) ? -1 : 1));
  }
}

/** How many there are of each status. */
export function countByStatus(segments: readonly SegmentReport[]): Readonly<Record<Status, number>> {
  const counts = { regressed: 0, undecided: 0, safe: 0, better: 0 };
  for (const { status } of segments) counts[status] += 1;
  return counts;
}
