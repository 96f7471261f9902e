import { cpus } from 'node:os';
import Table from 'cli-table3';
import { comparedShare } from './compared-share.ts';
import { LoadGenerator, type LoadResult, quantile } from './load-generator.ts';
import { features } from './models/tabular-mlp.ts';
import { type BenchServer, startBenchServer } from './run-scenario.ts';

/**
 * Served requests of a small MLP (JSON, 1 row, 32 connections) with the shadow off and at 100%, beside a
 * fastify route that parses and echoes the same body. Scenarios take turns in rounds, so that a noisy
 * machine is noisy for all of them; what counts is the ratio within one run.
 */
const rounds = 3;
const seconds = 6;
/** Until V8 has compiled what runs often, in the shadow's thread too, which gets what the others leave. */
const warmUpSeconds = 10;
const connections = 32;

const body = JSON.stringify({
  inputs: [
    {
      name: 'x',
      shape: [1, features],
      datatype: 'FP32',
      data: Array.from({ length: features }, (_, i) => Math.round(Math.sin(i + 1) * 1e4) / 1e4),
    },
  ],
});

const understudy = (sample: string): Promise<BenchServer> =>
  startBenchServer('./servers/understudy.ts', JSON.stringify({ sample }));
const scenarios = [
  { name: 'fastify parses and echoes', start: () => startBenchServer('./servers/echo.ts') },
  { name: 'understudy, shadow off', start: () => understudy('off') },
  { name: 'understudy, shadow at 100%', start: () => understudy('100%') },
];

using generator = new LoadGenerator();
const servers: BenchServer[] = [];
const results: LoadResult[][] = scenarios.map(() => []);
const compared: string[] = [];
try {
  for (const scenario of scenarios) servers.push(await scenario.start());
  for (let round = 0; round <= rounds; round++) {
    for (const [i, server] of servers.entries()) {
      process.stderr.write(
        `${round === 0 ? 'warm-up' : `round ${round} of ${rounds}`}: ${scenarios[i]!.name}\n`,
      );
      const result = await generator.run({
        address: `${server.url}/v2/models/mlp/infer`,
        body,
        seconds: round === 0 ? warmUpSeconds : seconds,
        connections,
        rate: 0,
      });
      if (result.failed > 0) throw new Error(`${result.failed} requests failed: ${scenarios[i]!.name}`);
      if (round > 0) results[i]!.push(result);
    }
  }
  // A starved shadow costs nothing: how much of the traffic it got to belongs beside what it cost.
  for (const server of servers) compared.push(await comparedShare(server.url));
} finally {
  for (const server of servers) await server[Symbol.asyncDispose]();
}

const medianRate = (all: readonly LoadResult[]): number =>
  all.map((result) => result.requestsPerSecond).sort((a, b) => a - b)[Math.floor(all.length / 2)]!;
const echo = medianRate(results[0]!);
const off = medianRate(results[1]!);
const table = new Table({
  head: ['scenario', 'req/s', 'of echo', 'of shadow off', 'p50 ms', 'p99 ms', 'compared'],
  style: { head: [] },
});
scenarios.forEach(({ name }, i) => {
  const rate = medianRate(results[i]!);
  const middle = results[i]!.find((result) => result.requestsPerSecond === rate)!;
  table.push([
    name,
    Math.round(rate),
    (rate / echo).toFixed(2),
    i === 0 ? '' : (rate / off).toFixed(2),
    quantile(middle.milliseconds, 0.5).toFixed(2),
    quantile(middle.milliseconds, 0.99).toFixed(2),
    compared[i],
  ]);
});
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; JSON, 1 row × ${features} FP32, ${connections} connections, ` +
    `median of ${rounds} rounds of ${seconds} s, load generator on the same machine\n${table.toString()}\n`,
);
