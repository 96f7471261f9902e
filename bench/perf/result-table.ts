import Table from 'cli-table3';
import type { PerfPoint, PerfResult } from './perf-result.ts';

const milliseconds = (value: number | null): string => (value === null ? '' : value.toFixed(2));
const microseconds = (value: number | undefined): string =>
  value === undefined ? '' : (value / 1000).toFixed(2);

/** What a point is to be mistrusted for, in words; empty where nothing. */
export function doubtsOf(point: PerfPoint): string[] {
  const errors = Object.entries(point.errors).map(([reason, count]) => `${count} failed: ${reason}`);
  return [
    ...errors,
    ...(point.unanswered > 0 ? [`${point.unanswered} never answered`] : []),
    ...(point.fellBehind ? ['fell behind the rate'] : []),
    ...(point.generatorLimit === null ? [] : [`generator ${point.generatorLimit}`]),
    ...(point.stable ? [] : ['not stable']),
  ];
}

/** Points in the order in which they were measured, latencies in milliseconds, and the best of them. */
export function resultTable(result: PerfResult): string {
  const open = result.points.some(({ requestRate }) => requestRate !== null);
  const head = [
    'batch',
    open ? 'rate/s' : 'concurrency',
    'infer/s',
    'mean ms',
    'p50',
    'p90',
    'p95',
    'p99',
    'max',
  ];
  const table = new Table({
    head: [...head, 'queue ms', 'compute ms', 'rows/run', ''],
    style: { head: [], border: [], compact: true },
  });
  for (const point of result.points) {
    table.push([
      point.batchSize,
      point.concurrency ?? point.requestRate ?? '',
      point.inferencesPerSecond.toFixed(point.inferencesPerSecond < 100 ? 1 : 0),
      milliseconds(point.meanMilliseconds),
      milliseconds(point.p50Milliseconds),
      milliseconds(point.p90Milliseconds),
      milliseconds(point.p95Milliseconds),
      milliseconds(point.p99Milliseconds),
      milliseconds(point.maxMilliseconds),
      microseconds(point.server?.queueMicrosecondsPerRequest),
      microseconds(point.server?.computeMicrosecondsPerRequest),
      point.server?.rowsPerRun?.toFixed(1) ?? '',
      doubtsOf(point).join('; '),
    ]);
  }
  return [headline(result), table.toString(), ...bestLines(result), ...limitLines(result)].join('\n');
}

function headline({ model, url, versions, machine, distribution, binary }: PerfResult): string {
  const server = versions.serverName === null ? '' : ` (${versions.serverName} ${versions.server})`;
  const load =
    distribution === null ? 'closed loop' : `open loop, ${distribution} arrivals, latency from when due`;
  return `${model.name} at ${url}${server}; ${binary ? 'binary' : 'JSON'}; ${load}; load from ${machine.availableCpus} of ${machine.cpus} × ${machine.cpuModel}, Node ${versions.node}`;
}

function bestLines({ best, points, percentile, latencyThresholdMilliseconds }: PerfResult): string[] {
  const what = `${percentile === null ? 'mean' : `p${percentile}`} of at most ${latencyThresholdMilliseconds} ms`;
  return (best ?? []).map(({ batchSize, point: index }) => {
    const rows = `batch ${batchSize}`;
    const point = index === null ? undefined : points[index];
    if (point === undefined) return `${rows}: no load kept a ${what}`;
    const load =
      point.concurrency === null ? `${point.requestRate} requests/s` : `concurrency ${point.concurrency}`;
    return `${rows}: ${load} is the highest that kept a ${what} (${milliseconds(point.latencyMilliseconds)} ms, ${Math.round(point.inferencesPerSecond)} infer/s)`;
  });
}

function limitLines({ points }: PerfResult): string[] {
  if (points.every(({ generatorLimit }) => generatorLimit === null)) return [];
  return [
    'Where the generator is said to be saturated or stalled, it and not the server was the limit: true latencies are lower there,',
    'true throughput may be higher. Load from another machine, or with more --generators, tells.',
  ];
}
