import type { Rate } from '../../../src/analysis/report/report.ts';
import type { Timeline } from '../../../src/analysis/timeline/timeline.ts';

export interface ErrorPoint {
  readonly at: Date;
  /** Percent; NaN where there were no rows, so that a line breaks there. */
  readonly rate: number;
  readonly lower: number;
  readonly upper: number;
}

/** A version's error rate in each bucket, at its middle, with a gap wherever buckets are missing. */
export function errorSeries(
  { buckets, bucket_seconds: seconds }: Timeline,
  role: 'primary' | 'shadow',
): ErrorPoint[] {
  const widthMs = 1000 * seconds;
  return buckets.flatMap(({ at, errors }, index): ErrorPoint[] => {
    const startMs = Date.parse(at);
    const before = buckets[index - 1];
    const gap = before !== undefined && startMs - Date.parse(before.at) > 1.5 * widthMs;
    return [
      ...(gap ? [pointOf(startMs - widthMs / 2, null)] : []),
      pointOf(startMs + widthMs / 2, errors[role]),
    ];
  });
}

function pointOf(atMs: number, rate: Rate | null): ErrorPoint {
  return {
    at: new Date(atMs),
    rate: 100 * (rate?.rate ?? Number.NaN),
    lower: 100 * (rate?.lower ?? Number.NaN),
    upper: 100 * (rate?.upper ?? Number.NaN),
  };
}
