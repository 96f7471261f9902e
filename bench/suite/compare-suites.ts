import { type Change, changeOf, doubtOf } from '../perf/change.ts';
import { windowsThatAgree } from '../perf/stability.ts';
import type { CaseResult, Ratio, SuitePoint, SuiteResult } from './suite-result.ts';

/** One figure of both runs. */
export interface FigureComparison {
  /** `scenario/case`. */
  readonly name: string;
  /** What it is of. */
  readonly what: string;
  readonly change: Change;
  /** Why there is no verdict; null where there is one. */
  readonly reason: string | null;
}

/**
 * Ratios and points that both runs have: of points the throughput of closed loops and the p99. Points of another load are not
 * the same. Throws with a sentence for people where there is nothing in common.
 */
export function compareSuites(old: SuiteResult, now: SuiteResult): FigureComparison[] {
  const before = new Map(casesOf(old));
  const compared = casesOf(now).flatMap(([name, one]) => {
    const other = before.get(name);
    if (other === undefined) return [];
    return [...compareRatios(name, other, one), ...comparePoints(name, other, one)];
  });
  if (compared.length > 0) return compared;
  throw new Error('the runs have nothing in common: the same cases are needed, at the same loads');
}

function casesOf({ scenarios }: SuiteResult): (readonly [string, CaseResult])[] {
  return scenarios.flatMap(({ name, cases }) => cases.map((one) => [`${name}/${one.name}`, one] as const));
}

function compareRatios(name: string, old: CaseResult, now: CaseResult): FigureComparison[] {
  const key = ({ measure, of, by, x }: Ratio): string => JSON.stringify([measure, of, by, x]);
  return now.ratios.flatMap((ratio) => {
    const before = old.ratios.find((one) => key(one) === key(ratio));
    // One without rounds says nothing of its noise.
    if (before === undefined || ratio.rounds.length === 0) return [];
    const few = Math.min(before.rounds.length, ratio.rounds.length) < windowsThatAgree;
    const missing = before.value === null || ratio.value === null;
    const reason = missing ? 'one run has no value' : few ? 'fewer than three rounds' : null;
    const change = changeOf(before.rounds, ratio.rounds, ratio.measure === 'throughput');
    const at = ratio.x === null ? '' : ` at ${ratio.x}`;
    return [
      {
        ...{ name, reason, what: `${ratio.measure}: ${ratio.of}${at} ÷ ${ratio.by}` },
        change: reason === null ? change : { ...change, verdict: 'not comparable' },
      },
    ];
  });
}

function comparePoints(name: string, old: CaseResult, now: CaseResult): FigureComparison[] {
  const key = ({ subject, x, batchSize, concurrency, requestRate }: SuitePoint): string =>
    JSON.stringify([subject, x, batchSize, concurrency, requestRate]);
  return now.points.flatMap((point) => {
    const before = old.points.find((one) => key(one) === key(point));
    if (before === undefined) return [];
    const reason = [doubtOf(before, 'then'), doubtOf(point, 'now')].find((doubt) => doubt !== null) ?? null;
    const figure = (
      what: string,
      of: (window: SuitePoint['windows'][number]) => number | null,
      higherIsBetter: boolean,
    ): FigureComparison => {
      const change = changeOf(before.windows.map(of), point.windows.map(of), higherIsBetter);
      const at = point.x === null ? '' : ` at ${point.x}`;
      return {
        ...{ name, reason, what: `${what} of ${point.subject}${at}` },
        change: reason === null ? change : { ...change, verdict: 'not comparable' },
      };
    };
    return [
      // In an open loop it is that of the arrivals.
      ...(point.requestRate === null
        ? [figure('throughput', ({ requestsPerSecond }) => requestsPerSecond, true)]
        : []),
      figure('p99', ({ latencyMilliseconds }) => latencyMilliseconds, false),
    ];
  });
}
