import type { RowsJudgement } from './judgement.ts';
import type { PairCounts } from './pair-counts.ts';
import type { Segment } from './report.ts';

/** All rows together as the verdict sees them. */
export interface JudgedRows {
  readonly counts: PairCounts;
  readonly judgement: RowsJudgement;
}

/** One declared segment as the verdict sees it. */
export interface JudgedSegment extends JudgedRows {
  readonly segment: Segment;
  /** Share of all rows of traffic; null where no traffic was counted. */
  readonly trafficShare: number | null;
}
