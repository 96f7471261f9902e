import { describe, expect, it } from 'vitest';
import { flipLabels, flipMatrix, mostLabels } from '../../../dashboard/src/data/flip-matrix.ts';

describe('the flip matrix', () => {
  it('has the primary’s labels as rows, the shadow’s as columns, and nothing where both say the same', () => {
    const flips = [
      { primary: '2', shadow: '10', n: 7 },
      { primary: '10', shadow: '1', n: 3 },
    ];
    expect(flipMatrix(flips)).toEqual({
      labels: ['1', '2', '10'],
      counts: [
        [null, 0, 0],
        [0, null, 7],
        [3, 0, null],
      ],
      most: 7,
      total: 10,
    });
  });

  it('keeps labels apart that would be one text together', () => {
    const flips = [
      { primary: 'a,b', shadow: 'c', n: 1 },
      { primary: 'a', shadow: 'b,c', n: 2 },
    ];
    const matrix = flipMatrix(flips)!;
    const at = (primary: string, shadow: string) =>
      matrix.counts[matrix.labels.indexOf(primary)]![matrix.labels.indexOf(shadow)];
    expect([at('a,b', 'c'), at('a', 'b,c')]).toEqual([1, 2]);
  });

  it('is none without flips, and where nobody could read it', () => {
    expect(flipMatrix([])).toBeNull();
    const many = Array.from({ length: mostLabels }, (_, n) => ({ primary: `${n}`, shadow: 'x', n: 1 }));
    expect(flipMatrix(many)).toBeNull();
    expect(flipLabels(many)).toHaveLength(mostLabels + 1);
  });
});
