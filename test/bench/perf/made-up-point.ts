import { encodeHistogram, latencyHistogram } from '../../../bench/perf/histogram.ts';
import type { PerfPoint, PerfResult, PerfWindow } from '../../../bench/perf/perf-result.ts';

/** A window of a second with so many requests, all of one latency. */
export function madeUpWindow(
  answered: number,
  milliseconds: number,
  changes: Partial<PerfWindow> = {},
): PerfWindow {
  return {
    ...{
      seconds: 1,
      answered,
      requestsPerSecond: answered,
      latencyMilliseconds: milliseconds,
      due: answered,
    },
    ...{ waiting: 0, errors: {}, generatorUtilization: 0.3, generatorDelayP99Milliseconds: 0, server: null },
    histogram: encodeHistogram(latencyHistogram(new Float64Array(answered).fill(milliseconds))),
    ...changes,
  };
}

export function madeUpPoint(windows: readonly PerfWindow[], changes: Partial<PerfPoint> = {}): PerfPoint {
  return {
    ...{
      batchSize: 1,
      concurrency: 4,
      requestRate: null,
      stable: true,
      requestsPerSecond: 1,
      inferencesPerSecond: 1,
    },
    ...{
      latencyMilliseconds: 1,
      meanMilliseconds: 1,
      p50Milliseconds: 1,
      p90Milliseconds: 1,
      p95Milliseconds: 1,
    },
    ...{ p99Milliseconds: 1, maxMilliseconds: 1, errors: {}, unanswered: 0, fellBehind: false },
    ...{ generatorLimit: null, generators: 1, server: null, histogram: '', windows: [...windows] },
    ...changes,
  };
}

export function madeUpResult(points: readonly PerfPoint[], changes: Partial<PerfResult> = {}): PerfResult {
  return {
    ...{ schemaVersion: 1, measuredAt: '2026-01-01T00:00:00.000Z', command: [] },
    machine: {
      ...{
        cpuModel: 'Made up',
        cpus: 2,
        availableCpus: 2,
        memoryTotalBytes: 1,
        memoryLimitBytes: null,
        kernel: '6',
      },
    },
    versions: { node: 'v24', serverName: 'understudy', server: '0.1.0' },
    ...{
      url: 'http://localhost:8000',
      model: { name: 'm', version: null },
      binary: false,
      distribution: null,
      connections: null,
    },
    ...{
      percentile: 99,
      latencyThresholdMilliseconds: null,
      stabilityPercentage: 10,
      points: [...points],
      best: null,
    },
    ...changes,
  };
}
