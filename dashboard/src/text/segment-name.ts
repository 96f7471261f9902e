import type { Segment } from '../../../src/analysis/report/report.ts';

/** `country=BR` */
export function segmentName({ column, value }: Segment): string {
  return `${column}=${value}`;
}
