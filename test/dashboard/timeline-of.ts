import type { Timeline, TimelineBucket } from '../../src/analysis/timeline/timeline.ts';

/** A timeline in which nothing happened, but for what is given. */
export function timelineOf(differing: Partial<Timeline>): Timeline {
  return {
    ...{ model: 'fraud', primary: '7', shadow: '8', generated_at: '2026-11-02T00:00:00.000Z' },
    window: { from: null, to: null },
    bucket_seconds: 3600,
    buckets: [],
    running_agreement: [],
    hours_of_week: [],
    latency: null,
    ...differing,
  };
}

export const emptyBucket: TimelineBucket = {
  at: '2026-11-01T00:00:00.000Z',
  ...{ requests: 0, rows: 0, sampled: 0, dropped: 0, compared: 0, agreement: null },
  errors: { primary: null, shadow: null },
  accuracy: null,
  latency_ms: { primary: null, shadow: null },
};
