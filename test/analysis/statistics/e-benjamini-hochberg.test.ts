import { expect, it } from 'vitest';
import { eBenjaminiHochberg } from '../../../src/analysis/statistics/e-benjamini-hochberg.ts';

it('e-BH lists the two discoveries of the reference, wherever they stand', () => {
  expect(eBenjaminiHochberg([900, 120, 45, 20, 6, 3, 1, 0.5, 0.2, 0.1])).toEqual([0, 1]);
  expect(eBenjaminiHochberg([1, 45, 120, 20, 6, 3, 900, 0.5, 0.2, 0.1])).toEqual([6, 2]);
});

it('e-BH lets strong company carry a weaker e-value over the line', () => {
  expect(eBenjaminiHochberg([60, 45, 30])).toEqual([0, 1, 2]);
  expect(eBenjaminiHochberg([1, 1, 30])).toEqual([]);
  expect(eBenjaminiHochberg([])).toEqual([]);
});
