import type { PerfResult } from './perf-result.ts';

/** perf_analyzer's columns, as far as they are known here; latencies and server times in microseconds, rows by throughput. */
export function resultCsv({ points }: PerfResult): string {
  const open = points.some(({ requestRate }) => requestRate !== null);
  const percentiles = ['p50 latency', 'p90 latency', 'p95 latency', 'p99 latency'];
  const head = [
    ...[
      open ? 'Request Rate' : 'Concurrency',
      'Batch',
      'Inferences/Second',
      'Server Queue',
      'Server Compute Infer',
    ],
    ...percentiles,
  ];
  const microseconds = (value: number | null): string =>
    value === null ? '' : String(Math.round(value * 1000));
  const rows = [...points]
    .sort((a, b) => a.inferencesPerSecond - b.inferencesPerSecond)
    .map((point) => [
      point.requestRate ?? point.concurrency,
      point.batchSize,
      point.inferencesPerSecond.toFixed(1),
      point.server ? Math.round(point.server.queueMicrosecondsPerRequest) : '',
      point.server ? Math.round(point.server.computeMicrosecondsPerRequest) : '',
      ...[point.p50Milliseconds, point.p90Milliseconds, point.p95Milliseconds, point.p99Milliseconds].map(
        microseconds,
      ),
    ]);
  return [head, ...rows].map((cells) => `${cells.join(',')}\n`).join('');
}
