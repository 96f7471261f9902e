import { describe, expect, it } from 'vitest';
import { reliabilityPoints, reliabilityStart } from '../../../dashboard/src/data/reliability-points.ts';

describe('the reliability curve', () => {
  const points = reliabilityPoints([
    { n: 0, confidence: null, right: null, lower: null, upper: null },
    { n: 10, confidence: 0.5, right: 0.375, lower: 0.25, upper: 0.5 },
    { n: 20, confidence: 1, right: 0.75, lower: 0.5, upper: 0.875 },
  ]);

  it('has a point for each bin with rows, in percent', () => {
    expect(points).toEqual([
      { n: 10, confidence: 50, right: 37.5, lower: 25, upper: 50 },
      { n: 20, confidence: 100, right: 75, lower: 50, upper: 87.5 },
    ]);
  });

  it('begins at the ten below its least value', () => {
    expect(reliabilityStart(points)).toBe(20);
    expect(reliabilityStart([])).toBe(90);
    expect(reliabilityStart([{ n: 1, confidence: 99, right: 100, lower: 95, upper: 100 }])).toBe(90);
  });
});
