import { encodeHistogram, latencyHistogram } from '../../../bench/perf/histogram.ts';
import type { CaseResult, Ratio, SuitePoint, SuiteResult } from '../../../bench/suite/suite-result.ts';
import { madeUpPoint, madeUpResult, madeUpWindow } from '../perf/made-up-point.ts';

/** A point measured in rounds of one second: so many requests each, all of one latency. */
export function madeUpSuitePoint(
  subject: string,
  rounds: readonly (readonly [requestsPerSecond: number, milliseconds: number])[],
  changes: Partial<SuitePoint> = {},
): SuitePoint {
  const windows = rounds.map(([rate, milliseconds]) => madeUpWindow(rate, milliseconds));
  const all = rounds.map(([rate, milliseconds]) => new Float64Array(rate).fill(milliseconds));
  const requestsPerSecond = rounds.reduce((sum, [rate]) => sum + rate, 0) / rounds.length;
  return {
    ...madeUpPoint(windows),
    ...{ subject, x: null, requestsPerSecond, inferencesPerSecond: requestsPerSecond },
    ...{ p50Milliseconds: rounds[0]?.[1] ?? null, p99Milliseconds: rounds[0]?.[1] ?? null },
    histogram: encodeHistogram(latencyHistogram(...all)),
    ...changes,
  };
}

export function madeUpRatio(changes: Partial<Ratio> = {}): Ratio {
  return {
    ...{ measure: 'throughput', of: 'ours', by: 'theirs', x: null, value: 0.9, doubt: null },
    ...{ rounds: [0.88, 0.9, 0.92], wanted: { atLeast: 0.8 } },
    ...changes,
  };
}

export function madeUpCase(changes: Partial<CaseResult> = {}): CaseResult {
  return {
    ...{ name: 'one', about: 'One of them.', axis: null, points: [], ratios: [], resources: [], tables: [] },
    ...{ seconds: 1, failure: null },
    ...changes,
  };
}

export function madeUpSuite(cases: readonly CaseResult[], changes: Partial<SuiteResult> = {}): SuiteResult {
  const { machine, measuredAt } = madeUpResult([]);
  return {
    ...{ schemaVersion: 1, suite: 'understudy', measuredAt, command: ['--only', 'made'] },
    machine: { ...machine, gpus: [] },
    versions: { node: 'v24', onnxRuntime: '1.30.0', understudy: '0.1.0', commit: 'abc' },
    settings: { seconds: 1, rounds: 3, warmUpSeconds: 1, quick: false },
    scenarios: [{ name: 'made', title: 'Made up', about: 'What is made up.', cases: [...cases] }],
    ...changes,
  };
}
