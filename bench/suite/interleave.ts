import type { LoadPlan, LoadSlice } from '../load-plan.ts';
import { perfPoint } from '../perf/perf-point.ts';
import type { PerfWindow } from '../perf/perf-result.ts';
import { perfWindow } from '../perf/perf-window.ts';
import { spreadOf } from '../perf/stability.ts';
import { ResourceProbe, type Watched } from './resource-probe.ts';
import type { Bench } from './scenario.ts';
import type { ResourceSample, Resources, SuitePoint } from './suite-result.ts';

/** What one round saw: what counts, and what was still under way after it. */
export interface Round {
  readonly slice: LoadSlice;
  /** One for each generator; none where the load went on. */
  readonly rest: readonly LoadSlice[];
}

/** One of several things that are measured in turn. */
export interface Side {
  readonly subject: string;
  readonly x: number | null;
  readonly batchSize: number;
  readonly loop:
    | { readonly kind: 'closed'; readonly concurrency: number }
    | { readonly kind: 'open'; readonly requestRate: number };
  /** Whose CPU and memory are looked at before and after each round; null for nobody's. */
  readonly watched: Watched | null;
  /** Before and after each round: what it takes that the sides do not meet. */
  readonly enter?: () => unknown;
  readonly leave?: () => unknown;
  measure(bench: Bench, seconds: number): Promise<Round>;
}

/** Largest throughput of a round by the smallest, less 1, above which a point is called not stable. */
const stableSpread = 0.1;
/** Latency of the command line and of comparisons with other runs. */
const percentile = 99;

export interface Interleaved {
  readonly points: SuitePoint[];
  readonly resources: Resources[];
}

/**
 * Measures the sides in turn, round after round, every other round in the opposite order (1 2, 2 1, …), so that a machine
 * that is noisy or gets slower is so for all of them. Rounds that warm up come first and do not count.
 */
export async function interleave(
  bench: Bench,
  sides: readonly Side[],
  warmUpSeconds = bench.settings.warmUpSeconds,
): Promise<Interleaved> {
  const { rounds, seconds } = bench.settings;
  const began = performance.now();
  const seen = sides.map(() => ({ rounds: [] as Round[], samples: [] as ResourceSample[] }));
  for (let round = 0; round <= rounds; round++) {
    const order = [...sides.keys()];
    for (const i of round % 2 === 0 ? order : order.reverse()) {
      const side = sides[i]!;
      bench.tell(`${labelOf(side)}, ${round === 0 ? 'warm-up' : `round ${round} of ${rounds}`}`);
      const one = await measureRound(bench, side, round === 0 ? warmUpSeconds : seconds, began);
      if (round === 0) continue;
      seen[i]!.rounds.push(one.round);
      if (one.sample) seen[i]!.samples.push(one.sample);
    }
  }
  return {
    points: sides.map((side, i) => pointOf(side, seen[i]!.rounds)),
    resources: sides.flatMap((side, i) =>
      seen[i]!.samples.length === 0 ? [] : [{ subject: labelOf(side), samples: seen[i]!.samples }],
    ),
  };
}

/** A subject that sends this load. */
export function loadOf(plan: LoadPlan): Side['measure'] {
  return async ({ generator }, seconds) => {
    const { slice, rest } = await generator.measure(plan, seconds);
    return { slice, rest: [rest] };
  };
}

async function measureRound(
  bench: Bench,
  side: Side,
  seconds: number,
  began: number,
): Promise<{ readonly round: Round; readonly sample: ResourceSample | null }> {
  side.enter?.();
  try {
    const probe = side.watched && (await ResourceProbe.start(side.watched, began));
    const round = await side.measure(bench, seconds);
    return { round, sample: probe && (await probe.sample()) };
  } finally {
    side.leave?.();
  }
}

/** All rounds of a side together. */
export function pointOf(
  { subject, x, batchSize, loop }: Pick<Side, 'subject' | 'x' | 'batchSize' | 'loop'>,
  rounds: readonly Round[],
): SuitePoint {
  const windows: PerfWindow[] = rounds.map(({ slice }) =>
    perfWindow([slice], 1, { before: null, after: null }, percentile),
  );
  const load =
    loop.kind === 'closed'
      ? { kind: 'concurrency' as const, range: { start: loop.concurrency, end: loop.concurrency, step: 1 } }
      : {
          kind: 'request rate' as const,
          range: { start: loop.requestRate, end: loop.requestRate, step: 1 },
          distribution: 'constant' as const,
        };
  const point = perfPoint(
    { load, percentile, stabilityPercentage: 100 * stableSpread },
    { batchSize, load: load.range.start },
    { windows, rest: rounds.flatMap(({ rest }) => rest), generators: 1 },
    windows.length,
  );
  const perSecond = windows.map((window) => window.requestsPerSecond);
  return { ...point, subject, x, stable: windows.length < 2 || spreadOf(perSecond) <= stableSpread };
}

function labelOf({ subject, x }: Side): string {
  return x === null ? subject : `${subject}, ${x}`;
}
