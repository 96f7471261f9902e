import { describe, expect, it } from 'vitest';
import { errorSeries } from '../../../dashboard/src/data/error-series.ts';
import { emptyBucket, timelineOf } from '../timeline-of.ts';

const rate = { rate: 0.25, lower: 0.125, upper: 0.5 };

describe('errors over time', () => {
  it('breaks the line where buckets are missing', () => {
    const bucket = (hour: string) => ({
      ...{ ...emptyBucket, at: `2026-11-01T${hour}:00:00.000Z` },
      errors: { primary: null, shadow: rate },
    });
    const timeline = timelineOf({
      bucket_seconds: 3600,
      buckets: [bucket('00'), bucket('01'), bucket('04')],
    });
    const points = errorSeries(timeline, 'shadow');
    expect(points.map(({ at, rate: percent }) => [at.toISOString().slice(11, 16), percent])).toEqual([
      ['00:30', 25],
      ['01:30', 25],
      ['03:30', Number.NaN],
      ['04:30', 25],
    ]);
    expect(points[0]).toMatchObject({ lower: 12.5, upper: 50 });
    expect(errorSeries(timeline, 'primary').every((point) => Number.isNaN(point.rate))).toBe(true);
  });
});
