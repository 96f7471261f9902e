import { describe, expect, it } from 'vitest';
import {
  agreementDomain,
  bucketAgreement,
  runningAgreement,
} from '../../../dashboard/src/data/running-agreement.ts';
import { emptyBucket, timelineOf } from '../timeline-of.ts';

const agreement = { estimate: 0.5, lower: 0.25, upper: 0.75 };

describe('agreement over time', () => {
  it('is in percent, running at the end and alone in the middle of each bucket', () => {
    const timeline = timelineOf({
      bucket_seconds: 3600,
      buckets: [
        { ...emptyBucket, at: '2026-11-01T00:00:00.000Z', compared: 8, agreement },
        { ...emptyBucket, at: '2026-11-01T01:00:00.000Z', compared: 3 },
      ],
      running_agreement: [{ at: '2026-11-01T01:00:00.000Z', n: 8, ...agreement }],
    });
    expect(runningAgreement(timeline)).toEqual([
      { at: new Date('2026-11-01T01:00:00Z'), n: 8, estimate: 50, lower: 25, upper: 75 },
    ]);
    expect(bucketAgreement(timeline)).toEqual([
      { at: new Date('2026-11-01T00:30:00Z'), n: 8, estimate: 50, lower: 25, upper: 75 },
    ]);
  });

  it('is drawn where the interval has narrowed, never beyond 0 and 100', () => {
    const at = new Date(0);
    const running = Array.from({ length: 20 }, (_, n) => ({
      ...{ at, n, estimate: 90 },
      ...(n < 2 ? { lower: 5, upper: 100 } : { lower: 88, upper: 92 }),
    }));
    const [least, most] = agreementDomain(running, [{ at, n: 1, estimate: 99.9, lower: 0, upper: 100 }]);
    expect(least).toBeGreaterThan(80);
    expect(most).toBe(100);
    expect(agreementDomain([], [])).toEqual([0, 100]);
  });
});
