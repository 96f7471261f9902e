import Table from 'cli-table3';
import type { Change } from './change.ts';
import type { PointComparison } from './compare.ts';
import type { PerfResult } from './perf-result.ts';

/** What moved, by point; ratios are new by old. Says first where the machines are not the same. */
export function compareTable(
  old: PerfResult,
  now: PerfResult,
  comparisons: readonly PointComparison[],
): string {
  const open = now.distribution !== null;
  const latency = now.percentile === null ? 'mean latency' : `p${now.percentile} latency`;
  const table = new Table({
    head: ['batch', open ? 'rate/s' : 'concurrency', 'throughput', '', latency, '', ''],
    style: { head: [], border: [], compact: true },
  });
  const cells = ({ ratio, verdict }: Change): string[] => [ratio === null ? '' : ratio.toFixed(2), verdict];
  for (const one of comparisons) {
    table.push([
      one.batchSize,
      one.concurrency ?? one.requestRate ?? '',
      ...cells(one.throughput),
      ...cells(one.latency),
      one.reason ?? '',
    ]);
  }
  return [`against ${old.measuredAt}, new by old`, ...differences(old, now), table.toString()].join('\n');
}

/** What else is not as it was, in sentences: a figure that moved may have moved with it. */
export function differences(old: PerfResult, now: PerfResult): string[] {
  const facts = ({ machine, versions, url }: PerfResult): Record<string, string> => ({
    CPU: `${machine.availableCpus} of ${machine.cpus} × ${machine.cpuModel}`,
    kernel: machine.kernel,
    Node: versions.node,
    server: `${versions.serverName} ${versions.server}`,
    address: url.replace(/:\d+$/, ''),
  });
  const then = facts(old);
  return Object.entries(facts(now))
    .filter(([what, value]) => then[what] !== value)
    .map(([what, value]) => `not the same ${what}: then ${then[what]}, now ${value}`);
}

export function gotWorse(comparisons: readonly PointComparison[]): boolean {
  return comparisons.some(({ throughput, latency }) =>
    [throughput, latency].some(({ verdict }) => verdict === 'worse'),
  );
}
