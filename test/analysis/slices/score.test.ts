import { expect, it } from 'vitest';
import { sliceScore, sliceScoreBound } from '../../../src/analysis/slices/score.ts';
import { seededRandom } from '../../support/random.ts';

it('the score of a slice is the published one', () => {
  expect(sliceScore({ size: 1000, error: 150 }, { size: 10_000, error: 500 })).toBeCloseTo(1.45, 12);
});

it('all rows together score zero', () => {
  expect(sliceScore({ size: 10_000, error: 500 }, { size: 10_000, error: 500 })).toBeCloseTo(0, 12);
});

it('no part of a slice scores more than its bound', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 2000; round++) {
    const errors = Array.from({ length: 30 }, () => (random() < 0.4 ? random() * 3 : 0));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const all = { size: 400, error: sum(errors) + 5 };
    const slice = { size: 30, error: sum(errors), largest: Math.max(...errors) };
    const part = errors.filter(() => random() < 0.5);
    if (part.length < 4 || slice.error === 0) continue;
    const worst = errors.toSorted((a, b) => b - a).slice(0, part.length);
    for (const rows of [part, worst]) {
      expect(sliceScore({ size: rows.length, error: sum(rows) }, all)).toBeLessThanOrEqual(
        sliceScoreBound(slice, all, 4) + 1e-9,
      );
    }
  }
});

it('a slice that is too small or without errors leaves no room', () => {
  const all = { size: 1000, error: 50 };
  expect(sliceScoreBound({ size: 3, error: 3, largest: 1 }, all, 4)).toBe(Number.NEGATIVE_INFINITY);
  expect(sliceScoreBound({ size: 30, error: 0, largest: 0 }, all, 4)).toBe(Number.NEGATIVE_INFINITY);
});
