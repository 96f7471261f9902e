import { expect, it } from 'vitest';
import { cohenKappa } from '../../../src/analysis/statistics/cohen-kappa.ts';

it('κ of the reference matrix', () => {
  const matrix = [
    [50, 3, 2],
    [4, 30, 1],
    [1, 2, 7],
  ];
  const pairs = matrix.flatMap((row, i) => row.map((n, j) => ({ primary: `${i}`, shadow: `${j}`, n })));
  expect(cohenKappa(pairs)).toBeCloseTo(0.7699115, 7);
});

it('κ is unknown where there is nothing to agree on', () => {
  expect(cohenKappa([])).toBeNull();
  expect(cohenKappa([{ primary: 'a', shadow: 'a', n: 9 }])).toBeNull();
});
