import { describe, expect, it } from 'vitest';
import { segmentCells } from '../../../dashboard/src/segments/segment-cells.ts';
import { byAgreement, segmentOf } from './segments-of.ts';

describe('the plot of all segments', () => {
  it('counts them by estimate and size, each cell in the status of the worst', () => {
    const segments = [
      segmentOf('A', 50, 0.55, 'better'),
      segmentOf('B', 99, 0.59, 'undecided'),
      segmentOf('C', 5000, 0.95, 'safe'),
      segmentOf('D', 5000, null, 'undecided'),
    ];
    const { cells, most, rows } = segmentCells(segments, byAgreement, [0, 1], 10);
    expect(rows).toEqual([10, 100, 1000]);
    expect(most).toBe(2);
    expect(cells.map(({ y, n, status }) => ({ y, n, status }))).toEqual([
      { y: 0, n: 2, status: 'undecided' },
      { y: 2, n: 1, status: 'safe' },
    ]);
    expect(cells[0]!.x1).toBeCloseTo(0.5);
    expect(cells[0]!.x2).toBeCloseTo(0.6);
  });

  it('keeps what lies beyond the scale at its ends, and stays bounded', () => {
    const many = Array.from({ length: 10_000 }, (_, i) =>
      segmentOf(`${i}`, 1 + i ** 2, (i % 100) / 10 - 4, 'safe'),
    );
    const { cells } = segmentCells(many, byAgreement, [0, 1], 60);
    expect(cells.length).toBeLessThanOrEqual(60 * 6);
    expect(cells.reduce((sum, { n }) => sum + n, 0)).toBe(10_000);
    expect(Math.min(...cells.map(({ x1 }) => x1))).toBe(0);
    expect(Math.max(...cells.map(({ x2 }) => x2))).toBeCloseTo(1);
  });

  it('is empty where nothing is known', () => {
    expect(segmentCells([], byAgreement, [0, 1], 10).cells).toEqual([]);
  });
});
