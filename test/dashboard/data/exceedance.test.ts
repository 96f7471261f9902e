import { describe, expect, it } from 'vitest';
import { exceedanceOf, leastPercent } from '../../../dashboard/src/data/exceedance.ts';

describe('the share of requests that took longer', () => {
  it('falls from 100% at the edge below the fastest by what each cell holds', () => {
    expect(exceedanceOf([1, 2, 4, 8, 16], [0, 50, 40, 10])).toEqual([
      { ms: 2, longer: 100 },
      { ms: 4, longer: 50 },
      { ms: 8, longer: 10 },
    ]);
  });

  it('ends where so few are left that they say little', () => {
    const points = exceedanceOf([1, 2, 4, 8], [9_990, 9, 1]);
    expect(points.at(-1)).toEqual({ ms: 2, longer: leastPercent });
  });

  it('leaves out an edge of zero, which a logarithmic axis has no place for', () => {
    expect(exceedanceOf([0, 1, 2], [1, 1])).toEqual([{ ms: 1, longer: 50 }]);
  });

  it('is empty without requests', () => {
    expect(exceedanceOf([1, 2], [0])).toEqual([]);
  });
});
