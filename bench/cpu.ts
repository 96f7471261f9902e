import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { LoadGenerator } from './load-generator.ts';
import { type BenchServer, startBenchServer } from './run-scenario.ts';
import { requestsTo } from './suite/requests-to.ts';

/**
 * Where the CPU time of a request goes, by thread: of a fastify route that echoes, and of Understudy without and with a shadow. It is
 * steadier than throughput, since other programs on the machine do not count. Linux only.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '4' },
    binary: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const understudy = (sample: string) =>
  startBenchServer('./servers/understudy.ts', JSON.stringify({ sample }));
const subjects: readonly { readonly name: string; readonly start: () => Promise<BenchServer> }[] = [
  ...(values.binary
    ? []
    : [{ name: 'fastify parses and echoes', start: () => startBenchServer('./servers/echo.ts') }]),
  { name: 'understudy, shadow off', start: () => understudy('off') },
  { name: 'understudy, shadow at 100%', start: () => understudy('100%') },
];

const table = new Table({ head: ['', 'requests/s', 'µs', 'by thread'], style: { head: [] } });
for (const { name, start } of subjects) {
  await using server = await start();
  using generator = new LoadGenerator();
  const { requests } = await wantedRequests();
  const address = `${server.url}/v2/models/mlp/infer`;
  const plan = { address, requests, connections: Number(values.concurrency), rate: null };
  // Until V8 has compiled what runs often.
  await generator.measure(plan, seconds);
  const before = microsecondsOf(server.pid);
  const { slice, rest } = await generator.measure(plan, seconds);
  const after = microsecondsOf(server.pid);
  const answered = slice.milliseconds.length + rest.milliseconds.length;
  const spent = [...after].map(
    ([thread, sum]) => [thread, (sum - (before.get(thread) ?? 0)) / answered] as const,
  );
  const shown = spent.filter(([, each]) => each >= 0.3).toSorted(([, a], [, b]) => b - a);
  table.push([
    name,
    Math.round(slice.milliseconds.length / slice.seconds),
    spent.reduce((sum, [, each]) => sum + each, 0).toFixed(0),
    shown.map(([thread, each]) => `${thread} ${each.toFixed(1)}`).join(', '),
  ]);
}
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; ${values.rows} rows, ${values.binary ? 'binary' : 'JSON'}, ` +
    `${values.concurrency} requests at once, CPU time of a request\n${table.toString()}\n`,
);

/** The same for all, made of the model's metadata, which an echo has not. */
async function wantedRequests() {
  await using server = await understudy('off');
  return await requestsTo(server.url, {
    ...{ model: 'mlp', batchSize: Number(values.rows), binary: values.binary, seed: 1 },
  });
}

/** CPU time of the process so far, by the name of its threads. */
function microsecondsOf(pid: number): Map<string, number> {
  const sums = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const name = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
      const nanoseconds = Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
      sums.set(name, (sums.get(name) ?? 0) + nanoseconds / 1000);
    } catch {
      // It has ended meanwhile.
    }
  }
  return sums;
}
