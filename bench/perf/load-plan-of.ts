import type { LoadPlan } from '../load-plan.ts';
import type { PointOrder } from './measure-point.ts';
import type { SweepOptions } from './perf-options.ts';

/** The share of generator `index` of so many in a load; together they are the whole. */
export function loadPlanOf(
  { load, connections, seed }: Pick<SweepOptions, 'load' | 'connections' | 'seed'>,
  order: PointOrder,
  index: number,
  generators: number,
): LoadPlan {
  const { address, requests } = order;
  const total = load.kind === 'concurrency' ? order.load : Math.max(connections, generators);
  return {
    ...{ address, requests },
    connections: Math.floor(total / generators) + (index < total % generators ? 1 : 0),
    rate:
      load.kind === 'concurrency'
        ? null
        : {
            perSecond: order.load / generators,
            distribution: load.distribution,
            // Sums of independent Poisson processes are one of the summed rate.
            seed: seed * 1000 + index,
            phase: index / generators,
          },
  };
}
