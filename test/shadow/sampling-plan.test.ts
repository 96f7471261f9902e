import { describe, expect, it } from 'vitest';
import { type PlanInput, planSampling, type SegmentNeed } from '../../src/shadow/sampling-plan.ts';
import { seededRandom } from '../support/random.ts';

const day = 86_400;

/** Segments of one column: rows per second and rows that are missing of each. */
function planOf(
  segments: Readonly<Record<string, readonly [rowsPerSecond: number, missing: number]>>,
  differing: Partial<PlanInput> = {},
) {
  const entries = Object.entries(segments);
  const needs: SegmentNeed[] = entries.map(([key, [rowsPerSecond, missing]]) => ({
    ...{ key, rowsPerSecond, missing },
  }));
  return planSampling({
    cells: entries.map(([key, [rowsPerSecond]]) => ({ segments: [key], rowsPerSecond })),
    needs,
    budget: { kind: 'share', share: 0.25 },
    least: 0.01,
    horizonSeconds: 7 * day,
    ...differing,
  });
}

/** Rates are rounded down to a grid whose points are a tenth apart. */
function expectRate(rate: number | undefined, ideal: number): void {
  expect(rate).toBeGreaterThan(ideal / 1.1001);
  expect(rate).toBeLessThanOrEqual(ideal * 1.0001);
}

describe('the sampling plan', () => {
  it('gives each segment just the rate at which it reaches its target in the time that is left', () => {
    // 10,000 rows in 100,000 s: of 1 row/s a tenth is needed, of 2 rows/s a twentieth.
    const { rates, share } = planOf(
      { DE: [2, 10_000], BR: [1, 10_000] },
      { horizonSeconds: 100_000, budget: { kind: 'share', share: 0.5 } },
    );
    expectRate(rates.get('BR'), 0.1);
    expectRate(rates.get('DE'), 0.05);
    expectRate(share, (2 * 0.05 + 1 * 0.1) / 3);
  });

  it('keeps to the budget and takes from what needs least: what is rare stays at all of it', () => {
    // Both want everything; 2% of the traffic at 1 leave 23% of all for 98% of it.
    const { rates, share } = planOf({ DE: [98, 1e6], BR: [2, 1e6] }, { horizonSeconds: 1000 });
    expect(rates.get('BR')).toBe(1);
    expectRate(rates.get('DE'), 0.23 / 0.98);
    expect(share).toBeLessThanOrEqual(0.25);
    expect(share).toBeGreaterThan(0.22);
  });

  it('takes from those in proportion that are below 1: each is still done at the same time', () => {
    // With T seconds: 1000/T + 500/T rows/s of 300 may be 75, so T = 20, and the rates 50/200 and 25/100.
    const { rates } = planOf({ DE: [200, 1000], FR: [100, 500] }, { horizonSeconds: 5 });
    expectRate(rates.get('DE'), 0.25);
    expectRate(rates.get('FR'), 0.25);
  });

  it('may be bounded by rows per second, whatever the traffic', () => {
    const budget = { kind: 'rows_per_second', rowsPerSecond: 50 } as const;
    const plan = planOf({ DE: [980, 1e9], BR: [20, 1e9] }, { budget });
    expect(plan.rates.get('BR')).toBe(1);
    expectRate(plan.rates.get('DE'), 30 / 980);
    expect(plan.share * 1000).toBeLessThanOrEqual(50);
  });

  it('falls back to the least once everything is there', () => {
    const { rates, share } = planOf({ DE: [98, 0], BR: [2, 0] });
    expect([...rates]).toEqual([
      ['DE', 0.01],
      ['BR', 0.01],
    ]);
    expect(share).toBe(0.01);
  });

  it('still mirrors the least of everything, but for a budget that is smaller', () => {
    const budget = { kind: 'rows_per_second', rowsPerSecond: 5 } as const;
    const { rates, least, share } = planOf({ DE: [980, 10_000], BR: [20, 0] }, { budget });
    expect(least).toBe(0.005);
    expect(rates.get('BR')).toBe(0.005);
    expect(share).toBeCloseTo(0.005, 12);
  });

  it('gives all of a value that was never seen before, since it takes none of the budget', () => {
    const { rates } = planOf({ DE: [98, 1e6], new: [0, 10_000] });
    expect(rates.get('new')).toBe(1);
  });

  it('counts a row once that is in several segments, at the highest of their rates', () => {
    const cells = [
      { segments: ['DE', 'web'], rowsPerSecond: 90 },
      { segments: ['BR', 'web'], rowsPerSecond: 10 },
    ];
    const needs = [
      { key: 'DE', rowsPerSecond: 90, missing: 0 },
      { key: 'BR', rowsPerSecond: 10, missing: 1e9 },
      { key: 'web', rowsPerSecond: 100, missing: 0 },
    ];
    const { rates, share } = planOf({}, { cells, needs });
    expect(rates.get('BR')).toBe(1);
    expect(rates.get('web')).toBe(0.01);
    expect(share).toBeCloseTo(0.1 + 0.9 * 0.01, 12);
  });

  it('has rates before there is traffic', () => {
    expect(planOf({})).toEqual({ rates: new Map(), least: 0.01, share: 0.01 });
  });

  it('never spends more than the budget, whatever the traffic and the needs', () => {
    const random = seededRandom(5);
    for (let run = 0; run < 300; run++) {
      const segments = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, i) => [
        `s${i}`,
        [10 ** (4 * random() - 2), random() < 0.2 ? 0 : 10 ** (6 * random())] as const,
      ]);
      const share = 0.01 + 0.5 * random();
      const plan = planOf(Object.fromEntries(segments), {
        budget: { kind: 'share', share },
        horizonSeconds: 10 ** (7 * random()),
      });
      expect(plan.share).toBeLessThanOrEqual(share * (1 + 1e-9));
      for (const rate of plan.rates.values()) {
        expect(rate).toBeGreaterThanOrEqual(plan.least);
        expect(rate).toBeLessThanOrEqual(1);
      }
    }
  });
});
