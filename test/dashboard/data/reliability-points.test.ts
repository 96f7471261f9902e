import { describe, expect, it } from 'vitest';
import { reliabilityPoints, reliabilityStart } from '../../../dashboard/src/data/reliability-points.ts';

describe('the reliability curve', () => {
  const points = reliabilityPoints([
    { n: 0, confidence: null, right: null },
    { n: 10, confidence: 0.5, right: 0.375 },
    { n: 20, confidence: 1, right: 0.75 },
  ]);

  it('has a point for each bin with rows, in percent', () => {
    expect(points).toEqual([
      { n: 10, confidence: 50, right: 37.5 },
      { n: 20, confidence: 100, right: 75 },
    ]);
  });

  it('begins at the ten below its least value', () => {
    expect(reliabilityStart(points)).toBe(30);
    expect(reliabilityStart([])).toBe(90);
    expect(reliabilityStart([{ n: 1, confidence: 99, right: 100 }])).toBe(90);
  });
});
