import type { LoadGenerator } from '../../bench/load-generator.ts';
import type { LoadPlan } from '../../bench/load-plan.ts';

export interface LoadOrder {
  readonly address: string;
  readonly body: string;
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second that are due whatever the server does; 0 for a closed loop. */
  readonly rate: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly failed: number;
  /** Of every request, ascending. */
  readonly milliseconds: Float64Array;
}

/** Load of one request, in a few numbers. */
export async function runLoad(
  generator: LoadGenerator,
  { address, body, seconds, connections, rate }: LoadOrder,
): Promise<LoadResult> {
  const plan: LoadPlan = {
    ...{ address, connections },
    requests: [{ headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }],
    rate: rate === 0 ? null : { perSecond: rate, distribution: 'constant', seed: 1, phase: 0 },
  };
  const { slice, rest } = await generator.measure(plan, seconds);
  const failed = [slice, rest].flatMap(({ errors }) => Object.values(errors)).reduce((sum, n) => sum + n, 0);
  return {
    requestsPerSecond: slice.milliseconds.length / slice.seconds,
    failed: failed + rest.unansweredMilliseconds.length,
    milliseconds: Float64Array.from([...slice.milliseconds, ...rest.milliseconds]).sort(),
  };
}

/** The value below which a share of them lies; they must be ascending. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))]!;
}
