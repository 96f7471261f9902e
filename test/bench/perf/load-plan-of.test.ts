import { describe, expect, it } from 'vitest';
import { loadPlanOf } from '../../../bench/perf/load-plan-of.ts';

const order = { batchSize: 1, load: 10, address: 'http://localhost/', requests: [] };
const range = { start: 1, end: 1, step: 1 };

describe('the load of several generators', () => {
  it('is the whole concurrency, however it divides', () => {
    const load = { kind: 'concurrency', range } as const;
    const plans = [0, 1, 2].map((i) => loadPlanOf({ load, connections: 64, seed: 1 }, order, i, 3));
    expect(plans.map(({ connections }) => connections)).toEqual([4, 3, 3]);
    expect(plans.every(({ rate }) => rate === null)).toBe(true);
  });

  it('is the whole rate, from arrivals that are not the same', () => {
    const load = { kind: 'request rate', range, distribution: 'poisson' } as const;
    const plans = [0, 1].map((i) => loadPlanOf({ load, connections: 64, seed: 1 }, order, i, 2));
    expect(plans.map(({ connections, rate }) => [connections, rate?.perSecond, rate?.phase])).toEqual([
      [32, 5, 0],
      [32, 5, 0.5],
    ]);
    expect(new Set(plans.map(({ rate }) => rate?.seed)).size).toBe(2);
  });
});
