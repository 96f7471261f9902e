import type { Segment } from '../report/report.ts';
import type { PairCounts } from '../rows/pair-counts.ts';
import type { RowsJudgement } from './judgement.ts';

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
