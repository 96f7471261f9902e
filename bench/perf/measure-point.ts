import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadGenerator } from '../load-generator.ts';
import type { LoadRequest, LoadSlice } from '../load-plan.ts';
import type { GeneratorFleet } from './generator-fleet.ts';
import { loadPlanOf } from './load-plan-of.ts';
import type { PerfTarget, SweepOptions } from './perf-options.ts';
import { fellBehind, loopOf, perfPoint } from './perf-point.ts';
import type { PerfPoint, PerfWindow } from './perf-result.ts';
import { perfWindow } from './perf-window.ts';
import { readServerCounters } from './server-share.ts';
import { isStable, windowsThatAgree } from './stability.ts';

export interface PointOrder {
  readonly batchSize: number;
  /** Requests under way at once, or requests per second. */
  readonly load: number;
  readonly address: string;
  readonly requests: readonly LoadRequest[];
}

/** Until the server and the generators have met this load, as long as a window and at most so long; the rest is for stability to see. */
const longestSettleMilliseconds = 1000;
/** Longer than that nothing is waited for after the load has ended. */
const drainMilliseconds = 2000;
/** In `count_windows` a window is a whole number of these, as in perf_analyzer; a server that answers nothing gets so many. */
const leastWindowMilliseconds = 1000;
const mostParts = 60;
/** More need not wait to know that the rate is too high; each is kept until it is told. */
const mostWaiting = 1_000_000;

/**
 * One load, without a pause, in windows until three agree or the trials are used up. Where one generator has no time
 * left it is measured again with more of them, if there may be more.
 */
export async function measurePoint(
  options: PerfTarget & SweepOptions,
  order: PointOrder,
  fleet: GeneratorFleet,
  progress: (window: PerfWindow, index: number) => void,
): Promise<PerfPoint> {
  for (;;) {
    const generators = fleet.take(
      options.load.kind === 'concurrency' ? order.load : Number.POSITIVE_INFINITY,
    );
    const point = await measureWith(options, order, generators, progress);
    if (point.generatorLimit !== 'saturated' || !fleet.grow()) return point;
  }
}

async function measureWith(
  options: PerfTarget & SweepOptions,
  order: PointOrder,
  generators: readonly LoadGenerator[],
  progress: (window: PerfWindow, index: number) => void,
): Promise<PerfPoint> {
  const { percentile, windows: plan, maxTrials, stabilityPercentage } = options;
  await Promise.all(generators.map((one, i) => one.start(loadPlanOf(options, order, i, generators.length))));
  const cut = (): Promise<LoadSlice[]> => Promise.all(generators.map((one) => one.slice()));
  const counters = () => readServerCounters(options.metricsUrl, options.model, options.version);
  const windowMilliseconds = plan.mode === 'time_windows' ? plan.milliseconds : leastWindowMilliseconds;
  await sleep(Math.min(windowMilliseconds, longestSettleMilliseconds));
  let [, before] = await Promise.all([cut(), counters()]);
  const windows: PerfWindow[] = [];
  while (windows.length < maxTrials && !isStable(windows, stabilityPercentage, loopOf(options.load))) {
    if (isHopeless(options, windows)) break;
    const slices: LoadSlice[] = [];
    for (let part = 0; part < mostParts; part++) {
      await sleep(windowMilliseconds);
      slices.push(...(await cut()));
      const answered = slices.reduce((sum, { milliseconds }) => sum + milliseconds.length, 0);
      if (plan.mode === 'time_windows' || answered >= plan.requests) break;
    }
    const after = await counters();
    const window = perfWindow(slices, generators.length, { before, after }, percentile);
    before = after;
    windows.push(window);
    progress(window, windows.length);
  }
  const rest = await Promise.all(generators.map((one) => one.end(drainMilliseconds)));
  return perfPoint(options, order, { windows, rest, generators: generators.length });
}

/** Ever more wait, or nothing is answered: further windows would tell the same, and what waits would only grow. */
function isHopeless({ load }: SweepOptions, windows: readonly PerfWindow[]): boolean {
  const last = windows.slice(-windowsThatAgree);
  if ((last.at(-1)?.waiting ?? 0) > mostWaiting) return true;
  if (last.length < windowsThatAgree) return false;
  return (
    last.every(({ answered }) => answered === 0) ||
    (load.kind === 'request rate' && last.every((window) => fellBehind([window])))
  );
}
