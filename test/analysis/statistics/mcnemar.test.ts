import { expect, it } from 'vitest';
import { mcnemarExact } from '../../../src/analysis/statistics/mcnemar.ts';

it('exact McNemar gives the reference p-value of 86 against 150', () => {
  expect(mcnemarExact(86, 150) / 3.71594e-5).toBeCloseTo(1, 5);
  expect(mcnemarExact(150, 86)).toBe(mcnemarExact(86, 150));
});

it('exact McNemar counts coin tosses for small numbers', () => {
  expect(mcnemarExact(0, 5)).toBeCloseTo(2 / 32, 12);
  expect(mcnemarExact(1, 4)).toBeCloseTo(12 / 32, 12);
  expect(mcnemarExact(4, 4)).toBe(1);
  expect(mcnemarExact(0, 0)).toBe(1);
});
