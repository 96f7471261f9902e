import { describe, expect, it } from 'vitest';
import { binarySearch, sweep } from '../../../bench/perf/search.ts';

/** A server that keeps its latency up to so much load, and what was asked of it. */
function limit(highest: number) {
  const asked: number[] = [];
  const measure = async (load: number): Promise<boolean> => {
    asked.push(load);
    return load <= highest;
  };
  return { asked, measure };
}

describe('a sweep', () => {
  it('measures every point of the range, and no sum drifts', async () => {
    const { asked, measure } = limit(Number.POSITIVE_INFINITY);
    expect(await sweep({ start: 0.1, end: 0.5, step: 0.1 }, 100, measure)).toBeCloseTo(0.5, 12);
    expect(asked).toHaveLength(5);
  });

  it('ends at the first point that does not keep under the threshold', async () => {
    const { asked, measure } = limit(6);
    expect(await sweep({ start: 1, end: 32, step: 4 }, 100, measure)).toBe(5);
    expect(asked).toEqual([1, 5, 9]);
  });

  it('goes on without an end until then, or up to the most there is', async () => {
    expect(await sweep({ start: 2, end: null, step: 2 }, 100, limit(9).measure)).toBe(8);
    expect(await sweep({ start: 2, end: null, step: 2 }, 10, limit(1000).measure)).toBe(10);
  });

  it('finds none where not even the first keeps', async () => {
    expect(await sweep({ start: 2, end: 8, step: 2 }, 100, limit(1).measure)).toBeNull();
  });
});

describe('a binary search', () => {
  it('finds the highest load that keeps, wherever it lies, with few measurements', async () => {
    for (let highest = 1; highest < 64; highest++) {
      const { asked, measure } = limit(highest);
      expect(await binarySearch({ start: 1, end: 64, step: 1 }, measure)).toBe(highest);
      expect(asked.length).toBeLessThanOrEqual(9);
      expect(new Set(asked).size).toBe(asked.length);
      expect(asked.every(Number.isInteger)).toBe(true);
    }
  });

  it('is content with a step', async () => {
    const { asked, measure } = limit(777);
    const found = (await binarySearch({ start: 100, end: 1000, step: 50 }, measure))!;
    expect(found).toBeLessThanOrEqual(777);
    expect(found).toBeGreaterThan(777 - 50);
    expect(asked.length).toBeLessThan(8);
  });

  it('takes the end where that keeps, and none where not even the start does', async () => {
    expect(await binarySearch({ start: 1, end: 8, step: 1 }, limit(8).measure)).toBe(8);
    expect(await binarySearch({ start: 2, end: 8, step: 1 }, limit(1).measure)).toBeNull();
  });
});
