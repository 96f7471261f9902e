import { describe, expect, it } from 'vitest';
import { logTicks } from '../../../dashboard/src/data/log-ticks.ts';

describe('ticks of a logarithmic axis', () => {
  it('are 1, 2 and 5 of each power where there is room', () => {
    expect(logTicks([0.9, 30], 8)).toEqual([1, 2, 5, 10, 20]);
  });

  it('are fewer where there is none', () => {
    expect(logTicks([0.09, 1100], 8)).toEqual([0.1, 1, 10, 100, 1000]);
    expect(logTicks([0.9, 110], 6)).toEqual([1, 3, 10, 30, 100]);
  });
});
