import type { Report } from '../../../src/analysis/report/report.ts';
import type { Timeline } from '../../../src/analysis/timeline/timeline.ts';
import type { LiveStatus } from '../../../src/live/live-status.ts';
import type { View } from '../state/view.ts';

/** What a section draws from; it fetches nothing of this itself. */
export interface SectionProps {
  readonly report: Report;
  /** Null until it has come, which is soon after the report. */
  readonly timeline: Timeline | null;
  /** Null while there is no connection. */
  readonly status: LiveStatus | null;
  readonly view: View;
}
