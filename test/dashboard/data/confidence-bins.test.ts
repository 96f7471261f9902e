import { describe, expect, it } from 'vitest';
import { confidenceBins, outlineOf } from '../../../dashboard/src/data/confidence-bins.ts';

const edges = [0, 0.25, 0.5, 0.75, 1];

describe('the histogram of confidence', () => {
  it('is in percent of each version’s rows, without the empty bins at either end', () => {
    expect(confidenceBins({ edges, primary: [0, 0, 1, 3], shadow: [0, 1, 1, 0] })).toEqual([
      { from: 0.25, to: 0.5, primary: 0, shadow: 50 },
      { from: 0.5, to: 0.75, primary: 25, shadow: 50 },
      { from: 0.75, to: 1, primary: 75, shadow: 0 },
    ]);
  });

  it('has no bins without rows', () => {
    expect(confidenceBins({ edges, primary: [0, 0, 0, 0], shadow: [0, 0, 0, 0] })).toEqual([]);
    expect(outlineOf([])).toEqual([]);
  });

  it('outlines the shadow in steps that begin and end on the axis', () => {
    const bins = confidenceBins({ edges, primary: [0, 0, 1, 3], shadow: [0, 0, 1, 1] });
    expect(outlineOf(bins)).toEqual([
      { x: 0.5, y: 0 },
      { x: 0.5, y: 50 },
      { x: 0.75, y: 50 },
      { x: 0.75, y: 50 },
      { x: 1, y: 50 },
      { x: 1, y: 0 },
    ]);
  });
});
