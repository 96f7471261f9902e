import { expect, it } from 'vitest';
import { anytimeP } from '../../../src/analysis/statistics/anytime-p.ts';
import { mcnemarExact } from '../../../src/analysis/statistics/mcnemar.ts';

it('the anytime p-value is that of the reference e-value, whoever loses', () => {
  expect(1 / anytimeP(20, 60)).toBeCloseTo(4221.69, 2);
  expect(anytimeP(60, 20)).toBe(anytimeP(20, 60));
});

it('the anytime p-value claims less than McNemar, and nothing where nothing differs', () => {
  for (const [gains, losses] of [
    [0, 6],
    [86, 150],
    [500, 600],
  ] as const) {
    expect(anytimeP(gains, losses)).toBeGreaterThan(mcnemarExact(gains, losses));
  }
  expect(anytimeP(0, 0)).toBeCloseTo(1, 12);
  expect(anytimeP(40, 41)).toBe(1);
  expect(anytimeP(0, 5000)).toBe(0);
});
