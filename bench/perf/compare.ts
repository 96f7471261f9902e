import { type Change, changeOf, doubtOf } from './change.ts';
import type { PerfPoint, PerfResult, PerfWindow } from './perf-result.ts';
import { windowsThatAgree } from './stability.ts';

export interface PointComparison {
  readonly batchSize: number;
  readonly concurrency: number | null;
  readonly requestRate: number | null;
  readonly throughput: Change;
  readonly latency: Change;
  /** Why a verdict could not be given; null where it was. */
  readonly reason: string | null;
}

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

/** By the last three windows of each: see `changeOf`. */
function comparePoints(old: PerfPoint, now: PerfPoint): PointComparison {
  const { batchSize, concurrency, requestRate } = now;
  const reason = [doubtOf(old, 'then'), doubtOf(now, 'now')].find((doubt) => doubt !== null) ?? null;
  const change = (of: (window: PerfWindow) => number | null, higherIsBetter: boolean): Change => {
    const before = old.windows.slice(-windowsThatAgree).map(of);
    const after = now.windows.slice(-windowsThatAgree).map(of);
    const found = changeOf(before, after, higherIsBetter);
    return reason === null ? found : { ...found, verdict: 'not comparable' };
  };
  return {
    ...{ batchSize, concurrency, requestRate, reason },
    throughput: change(({ requestsPerSecond }) => requestsPerSecond, true),
    latency: change(({ latencyMilliseconds }) => latencyMilliseconds, false),
  };
}
