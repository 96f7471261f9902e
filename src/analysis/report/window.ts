import type { Overview } from '../rows/overview.ts';
import type { Report } from './report.ts';
import type { ReportRequest } from './request.ts';

/** What was asked about; where nothing was said, from the first compared row to the last. */
export function windowOf(
  { window: { fromMs, toMs } }: ReportRequest,
  { firstMs, lastMs }: Overview,
): Report['window'] {
  return { from: isoOf(fromMs ?? firstMs), to: isoOf(toMs ?? lastMs) };
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
