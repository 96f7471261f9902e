import { describe, expect, it } from 'vitest';
import type { SampleBudget } from '../../src/config/sample.ts';
import type { TrafficCount } from '../../src/log/traffic-count.ts';
import { SegmentRates } from '../../src/shadow/segment-rates.ts';
import { seededRandom } from '../support/random.ts';

const quarter: SampleBudget = { kind: 'share', share: 0.25 };

interface World {
  readonly rates: SegmentRates;
  /** Rows by country in each of the seconds to come, mirrored as the rates say. */
  pass(seconds: number, traffic: Readonly<Record<string, number>>): { rows: number; sampled: number };
}

function world({ budget = quarter, target = 10_000, cycleMs = 60_000 } = {}): World {
  let nowMs = 1_000;
  const random = seededRandom(11);
  const rates = new SegmentRates({
    ...{ sample: { budget, least: 0.01 }, target, cycleMs },
    isJudged: (column) => column === 'country',
    now: () => nowMs,
  });
  return {
    rates,
    pass(seconds, traffic) {
      const total = { rows: 0, sampled: 0 };
      for (let second = 0; second < seconds; second++) {
        const counts = Object.entries(traffic).map(([country, rows]) => {
          const rate = rates.rateOf(cells(country));
          let sampledRows = 0;
          for (let i = 0; i < rows; i++) if (random() < rate) sampledRows++;
          total.rows += rows;
          total.sampled += sampledRows;
          return count({ country, page: `${second}` }, rows, sampledRows);
        });
        rates.count(counts);
        nowMs += 1000;
        rates.plan();
      }
      return total;
    },
  };
}

function cells(country: string): string {
  return JSON.stringify([[{ country }, 1]]);
}

function count(segments: Record<string, string>, rows: number, sampledRows: number): TrafficCount {
  return {
    ...{ model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow', hourMs: 0 },
    ...{ segments, requests: rows, rows, sampledRows, primaryErrorRows: 0, droppedRows: {} },
  };
}

describe('rates by segment', () => {
  it('begin with the budget for everybody, as long as nothing is known', () => {
    const { rates } = world();
    expect(rates.rateOf(cells('DE'))).toBe(0.25);
    expect(rates.share).toBe(0.25);
    const unmeasured = world({ budget: { kind: 'rows_per_second', rowsPerSecond: 100 } });
    expect(unmeasured.rates.rateOf(cells('DE'))).toBe(0.01);
  });

  it('are the same before and after a plan as long as nothing came', () => {
    const it = world();
    it.pass(30, {});
    expect(it.rates.rateOf(cells('DE'))).toBe(0.25);
    expect(it.rates.share).toBe(0.25);
    const { rows, sampled } = it.pass(5, { DE: 490, BR: 10 });
    expect(sampled / rows).toBeLessThan(0.27);
    expect(it.rates.rateOf(cells('BR'))).toBe(1);
  });

  it('are not thrown off by a burst of what is rare: they follow', () => {
    const it = world();
    it.pass(30, { DE: 490, BR: 10 });
    it.pass(5, { DE: 490, BR: 500 });
    const { rows, sampled } = it.pass(10, { DE: 490, BR: 500 });
    expect(sampled / rows).toBeLessThan(0.27);
    expect(sampled / rows).toBeGreaterThan(0.1);
  });

  it('give the rare segment all and the large one what is left, within the budget', () => {
    const it = world();
    it.pass(20, { DE: 490, BR: 10 });
    expect(it.rates.rateOf(cells('BR'))).toBe(1);
    expect(it.rates.rateOf(cells('DE'))).toBeLessThan(0.25);
    expect(it.rates.rateOf(cells('DE'))).toBeGreaterThan(0.18);
    const { rows, sampled } = it.pass(30, { DE: 490, BR: 10 });
    expect(sampled / rows).toBeLessThan(0.255);
    expect(sampled / rows).toBeGreaterThan(0.2);
  });

  it('fall back to the least when every target is reached', () => {
    const it = world({ target: 200 });
    it.pass(58, { DE: 490, BR: 10 });
    expect(it.rates.rateOf(cells('DE'))).toBe(0.01);
    expect(it.rates.rateOf(cells('BR'))).toBe(0.01);
    expect(it.rates.rates.map(({ compared }) => compared >= 200)).toEqual([true, true]);
  });

  it('give a value that was never seen before a high rate, and all of it once it is known to be rare', () => {
    const it = world();
    it.pass(20, { DE: 490, BR: 10 });
    expect(it.rates.rateOf(cells('PT'))).toBeGreaterThan(0.9);
    it.pass(5, { DE: 490, BR: 10, PT: 1 });
    expect(it.rates.rateOf(cells('PT'))).toBe(1);
  });

  it('take the highest rate of all rows of a request', () => {
    const it = world();
    it.pass(20, { DE: 490, BR: 10 });
    const both = JSON.stringify([
      [{ country: 'DE' }, 3],
      [{ country: 'BR' }, 1],
    ]);
    expect(it.rates.rateOf(both)).toBe(1);
    expect(it.rates.rateOf(JSON.stringify([[{}, 1]]))).toBeLessThan(0.25);
  });

  it('keep to the budget where each request has rows of many segments', () => {
    const it = world();
    const both = JSON.stringify([
      [{ country: 'DE' }, 49],
      [{ country: 'BR' }, 1],
    ]);
    const requests = 100;
    let sampled = 0;
    for (let second = 0; second < 60; second++) {
      const taken = Math.round(requests * it.rates.rateOf(both));
      it.rates.count([
        count({ country: 'DE' }, 49 * requests, 49 * taken),
        { ...count({ country: 'BR' }, requests, taken), requests: 0 },
      ]);
      it.pass(1, {});
      sampled += taken;
    }
    expect(sampled / (60 * requests)).toBeLessThan(0.255);
    expect(sampled / (60 * requests)).toBeGreaterThan(0.15);
  });

  it('start from what the log knows, not from nothing', () => {
    const it = world({ cycleMs: 10 * 60_000 });
    const compared = new Map([
      ['', 20_000],
      ['country=DE', 12_000],
      ['country=BR', 8_000],
    ]);
    it.rates.learn({ firstMs: 0, compared }, 5 * 60_000);
    it.pass(10, { DE: 490, BR: 10 });
    expect(it.rates.rateOf(cells('DE'))).toBe(0.01);
    // Nine tenths of the cycle will be over in 240 s, in which 2,000 of 2,400 rows are needed.
    expect(it.rates.rateOf(cells('BR'))).toBeGreaterThan(0.7);
    expect(it.rates.rateOf(cells('BR'))).toBeLessThan(0.9);
  });

  it('keep to a budget of rows per second when the traffic grows tenfold', () => {
    const it = world({ budget: { kind: 'rows_per_second', rowsPerSecond: 50 } });
    it.pass(30, { DE: 190, BR: 10 });
    const usual = it.pass(20, { DE: 190, BR: 10 });
    expect(usual.sampled / 20).toBeLessThan(52);
    it.pass(5, { DE: 1900, BR: 100 });
    const much = it.pass(20, { DE: 1900, BR: 100 });
    expect(much.sampled / 20).toBeLessThan(55);
  });

  it('get less to spend while more is sampled than was planned', () => {
    const it = world();
    const everything = (rows: number) => [count({ country: 'DE' }, rows, rows)];
    for (let second = 0; second < 20; second++) {
      it.rates.count(everything(500));
      it.pass(1, {});
    }
    expect(it.rates.rateOf(cells('DE'))).toBeLessThan(0.1);
  });

  it('count as compared what was dropped no more', () => {
    const it = world();
    const dropped = { ...count({ country: 'DE' }, 0, 0), droppedRows: { stalled: 30 } };
    it.rates.count([count({ country: 'DE' }, 100, 100), dropped]);
    it.pass(1, {});
    expect(it.rates.rates).toEqual([expect.objectContaining({ key: 'country=DE', compared: 70 })]);
  });
});
