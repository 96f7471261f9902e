import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { comparedShare } from './compared-share.ts';
import { LoadGenerator, type LoadResult, quantile } from './load-generator.ts';
import { features } from './models/tabular-mlp.ts';
import { type BenchServer, startBenchServer } from './run-scenario.ts';
import type { BenchServerOptions } from './servers/understudy.ts';
import { hangsAbove } from './shadows.ts';

/**
 * What a shadow costs its primary, whatever it does: throughput in a closed loop, and latencies at a quarter of that
 * throughput in an open one, each as a ratio to a server without a shadow that is measured right before and after
 * (off, shadow, shadow, off), so that a noisy machine is noisy for both; meanwhile the server with the shadow is stopped.
 * Latencies of all runs of a side are merged
 * before percentiles are taken.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const warmUpSeconds = 5;
const connections = 32;

const row = Array.from({ length: features }, (_, i) => Math.round(Math.sin(i + 1) * 1e4) / 1e4);
const body = JSON.stringify({
  inputs: [{ name: 'x', shape: [1, features], datatype: 'FP32', data: [hangsAbove + 900, ...row.slice(1)] }],
});

const everything = { sample: '100%' } as const;
const process_ = { isolation: 'process' } as const;
const scenarios: readonly (readonly [string, BenchServerOptions])[] = [
  ['no shadow (how far two measurements differ)', { sample: 'off' }],
  ['healthy, 25%', { sample: '25%' }],
  ['healthy, 100%', everything],
  ['healthy, 100%, nice 19', { ...everything, yielding: 'niced' }],
  ['healthy, 100%, no priority', { ...everything, yielding: 'never' }],
  ['20 times heavier', { ...everything, shadow: 'heavy' }],
  ['20 times heavier, nice 19', { ...everything, shadow: 'heavy', yielding: 'niced' }],
  ['saturated', { ...everything, shadow: 'saturated' }],
  ['hung', { ...everything, shadow: 'hung' }],
  ['throwing', { ...everything, shadow: 'throwing' }],
  ['process: healthy, 25%', { sample: '25%', ...process_ }],
  ['process: healthy, 100%', { ...everything, ...process_ }],
  ['process: 20 times heavier', { ...everything, ...process_, shadow: 'heavy' }],
  ['process: saturated', { ...everything, ...process_, shadow: 'saturated' }],
  ['process: hung', { ...everything, ...process_, shadow: 'hung' }],
  ['process: throwing', { ...everything, ...process_, shadow: 'throwing' }],
];

const start = (options: BenchServerOptions): Promise<BenchServer> =>
  startBenchServer('./servers/understudy.ts', JSON.stringify(options));
using generator = new LoadGenerator();
const run = async ({ url }: BenchServer, forSeconds: number, rate = 0): Promise<LoadResult> => {
  const address = `${url}/v2/models/mlp/infer`;
  const result = await generator.run({ address, body, seconds: forSeconds, connections, rate });
  if (result.failed > 0) throw new Error(`${result.failed} requests of the primary failed`);
  return result;
};
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

const chosen = scenarios.filter(([name]) => name.includes(values.only));
const table = new Table({
  head: [
    ...['shadow', 'throughput', 'p50', 'p99', 'p99.9', 'compared'],
    ...['p99 off, ms', 'p99.9 off', 'p99 on', 'p99.9 on'],
  ],
  style: { head: [] },
});
await using off = await start({ sample: 'off' });
const capacity = (await run(off, warmUpSeconds + seconds)).requestsPerSecond;
// The same for all, so that latencies are compared at one load: a quarter of what goes through without a shadow.
const rate = Math.round(capacity / 4);
for (const [name, options] of chosen) {
  process.stderr.write(`${name}\n`);
  await using shadowed = await start(options);
  await run(shadowed, warmUpSeconds);
  const closed: { off: number[]; on: number[] } = { off: [], on: [] };
  const open: { off: number[]; on: number[] } = { off: [], on: [] };
  for (let round = 0; round < rounds; round++) {
    for (const side of ['off', 'on', 'on', 'off'] as const) {
      const server = side === 'off' ? off : shadowed;
      // What the shadow still has to do, without end where it hangs, belongs to its own side.
      if (side === 'off') shadowed.pause();
      else shadowed.resume();
      closed[side].push((await run(server, seconds)).requestsPerSecond);
      for (const one of (await run(server, seconds, rate)).milliseconds) open[side].push(one);
    }
  }
  shadowed.resume();
  const sorted = { off: Float64Array.from(open.off).sort(), on: Float64Array.from(open.on).sort() };
  const at = (side: 'off' | 'on', share: number): number => quantile(sorted[side], share);
  const ratio = (share: number): string => (at('on', share) / at('off', share)).toFixed(2);
  table.push([
    name,
    (mean(closed.on) / mean(closed.off)).toFixed(2),
    ...[0.5, 0.99, 0.999].map(ratio),
    await comparedShare(shadowed.url),
    ...[0.99, 0.999].map((share) => at('off', share).toFixed(2)),
    ...[0.99, 0.999].map((share) => at('on', share).toFixed(2)),
  ]);
}
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; JSON, 1 row × ${features} FP32, ${connections} connections; ` +
    `ratios to no shadow, ${rounds} × 2 × ${seconds} s each; throughput in a closed loop (${Math.round(capacity)} req/s without a shadow), ` +
    `latencies at ${rate} req/s in an open loop; load generator on the same machine\n${table.toString()}\n`,
);
