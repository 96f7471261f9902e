import type { PerfPoint, PerfResult, PerfWindow } from './perf-result.ts';
import { spreadOf, windowsThatAgree } from './stability.ts';

export type Verdict = 'better' | 'worse' | 'within the noise' | 'not comparable';

export interface Change {
  /** New by old. */
  readonly ratio: number | null;
  readonly verdict: Verdict;
}

export interface PointComparison {
  readonly batchSize: number;
  readonly concurrency: number | null;
  readonly requestRate: number | null;
  readonly throughput: Change;
  readonly latency: Change;
  /** Why a verdict could not be given; null where it was. */
  readonly reason: string | null;
}

/** Two runs of the same server differ by about as much on a quiet machine, however alike the windows of each are. */
const leastNoise = 0.05;

/** Points of the new run that the old one has, too. Throws with a sentence for people where the runs asked different things. */
export function compareResults(old: PerfResult, now: PerfResult): PointComparison[] {
  const asked = ({ model, percentile, binary, distribution }: PerfResult): string =>
    `${model.name}, ${percentile === null ? 'mean' : `p${percentile}`}, ${binary ? 'binary' : 'JSON'}, ${distribution === null ? 'closed loop' : `open loop (${distribution})`}`;
  if (asked(old) !== asked(now)) {
    throw new Error(`the runs measured different things: then ${asked(old)}, now ${asked(now)}`);
  }
  const compared = now.points.flatMap((point) => {
    const before = old.points.find(
      (one) =>
        one.batchSize === point.batchSize &&
        one.concurrency === point.concurrency &&
        one.requestRate === point.requestRate,
    );
    return before ? [comparePoints(before, point)] : [];
  });
  if (compared.length > 0) return compared;
  throw new Error('the runs have no point in common: same -b and the same loads are needed');
}

/**
 * The noise is what the windows show: a figure has moved where the last three windows of one run are all above the last
 * three of the other, and the ratio is beyond the larger of the two runs' own spreads and 5%. If nothing had changed, three
 * and three windows in random order would lie so in 2 of 20 orders (exact permutation test, p = 0.1). Windows of one run
 * are more alike than those of two, since a process keeps its luck (memory layout, what was compiled, neighbours), so that
 * alone would cry wolf; hence the second condition. It is a filter for what deserves a second run, not a proof.
 */
function comparePoints(old: PerfPoint, now: PerfPoint): PointComparison {
  const { batchSize, concurrency, requestRate } = now;
  const reason = [doubtOf(old, 'then'), doubtOf(now, 'now')].find((doubt) => doubt !== null) ?? null;
  const change = (of: (window: PerfWindow) => number | null, higherIsBetter: boolean): Change => {
    const before = old.windows.slice(-windowsThatAgree).map(of);
    const after = now.windows.slice(-windowsThatAgree).map(of);
    const ratio = ratioOf(before, after);
    if (reason !== null || ratio === null) return { ratio, verdict: 'not comparable' };
    return { ratio, verdict: verdictOf(before, after, ratio, higherIsBetter) };
  };
  return {
    ...{ batchSize, concurrency, requestRate, reason },
    throughput: change(({ requestsPerSecond }) => requestsPerSecond, true),
    latency: change(({ latencyMilliseconds }) => latencyMilliseconds, false),
  };
}

function verdictOf(
  before: readonly (number | null)[],
  after: readonly (number | null)[],
  ratio: number,
  higherIsBetter: boolean,
): Verdict {
  const [old, now] = [before, after].map((values) => values.map((value) => value ?? 0)) as [
    number[],
    number[],
  ];
  const disjoint = Math.min(...now) > Math.max(...old) || Math.max(...now) < Math.min(...old);
  const noise = Math.max(leastNoise, spreadOf(before), spreadOf(after));
  if (!disjoint || Math.abs(Math.log(ratio)) <= Math.log1p(noise)) return 'within the noise';
  return ratio > 1 === higherIsBetter ? 'better' : 'worse';
}

/** Of the means; null where one of them is nothing. */
function ratioOf(before: readonly (number | null)[], after: readonly (number | null)[]): number | null {
  const total = (values: readonly (number | null)[]): number | null =>
    values.includes(null)
      ? null
      : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
  const [old, now] = [total(before), total(after)];
  return old === null || now === null || old === 0 || now === 0 ? null : now / old;
}

function doubtOf(point: PerfPoint, when: string): string | null {
  if (point.windows.length < windowsThatAgree) return `${when} it had fewer than three windows`;
  if (point.generatorLimit !== null) return `${when} the generator was ${point.generatorLimit}`;
  if (Object.keys(point.errors).length > 0 || point.unanswered > 0) return `${when} requests failed`;
  return null;
}
