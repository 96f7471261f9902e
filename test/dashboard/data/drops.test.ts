import { describe, expect, it } from 'vitest';
import { dropsOf } from '../../../dashboard/src/data/drops.ts';

const traffic = {
  ...{ requests: 100, rows: 100, sampled: 50, compared: 39, errors: { primary: 0, shadow: 0 } },
  dropped: { queue_full: 1, deadline: 0, stalled: 10, breaker: 0, budget: 0 },
};

describe('dropped traffic', () => {
  it('names every reason, the most frequent first, with its share of the sampled rows', () => {
    expect(dropsOf(traffic)).toEqual([
      { reason: 'stalled', rows: 10, share: 0.2 },
      { reason: 'queue_full', rows: 1, share: 0.02 },
      { reason: 'deadline', rows: 0, share: 0 },
      { reason: 'breaker', rows: 0, share: 0 },
      { reason: 'budget', rows: 0, share: 0 },
    ]);
  });

  it('has a share of zero where nothing was sampled', () => {
    const none = { ...traffic.dropped, queue_full: 0, stalled: 0 };
    expect(dropsOf({ ...traffic, sampled: 0, dropped: none }).every(({ share }) => share === 0)).toBe(true);
  });
});
