import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { comparedShare } from './compared-share.ts';
import { LoadGenerator } from './load-generator.ts';
import { features } from './models/tabular-mlp.ts';
import type { MemorySample } from './servers/memory-probe.ts';
import type { BenchServerOptions } from './servers/understudy.ts';
import { slopeOf } from './slope.ts';

/**
 * Whether the memory of a running server stays flat: a small model with all traffic shadowed, requests of many rows, and what the
 * process holds every few seconds, its main thread's garbage collected before. What counts is the slope over the second half, since
 * caches and buffers fill first.
 */
const { values } = parseArgs({
  options: {
    comparisons: { type: 'string', default: '200000' },
    rows: { type: 'string', default: '128' },
    rate: { type: 'string', default: '150' },
    every: { type: 'string', default: '5' },
  },
});
const comparisons = Number(values.comparisons);
/** A shadow gets the CPU that nobody else wants, so it may rest for a while beside other work. */
const mostIdleRounds = 6;
const rowsPerRequest = Number(values.rows);
const data = Array.from(
  { length: rowsPerRequest * features },
  (_, i) => Math.round(Math.sin(i + 1) * 1e4) / 1e4,
);
const body = JSON.stringify({
  inputs: [{ name: 'x', shape: [rowsPerRequest, features], datatype: 'FP32', data }],
});

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const options: BenchServerOptions = { sample: '100%' };
const child = fork(here('./servers/understudy.ts'), [JSON.stringify(options)], {
  execArgv: ['--expose-gc', '--import', here('./servers/memory-probe.ts')],
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
const gone = ended(child);
gone.catch(() => undefined);
try {
  const [url] = (await Promise.race([
    once(createInterface({ input: child.stdout! }), 'line'),
    ended(child),
  ])) as [string];
  await soak(url);
} finally {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

interface Point extends MemorySample {
  readonly comparisons: number;
  readonly seconds: number;
}

async function soak(url: string): Promise<void> {
  using generator = new LoadGenerator();
  const points: Point[] = [];
  const begun = performance.now();
  let idleRounds = 0;
  for (let done = 0; done < comparisons; ) {
    const seconds = Number(values.every);
    const address = `${url}/v2/models/mlp/infer`;
    const load = { address, body, seconds, connections: 8, rate: Number(values.rate) };
    const [result] = await Promise.race([generator.run(load).then((it) => [it] as const), gone]);
    if (result.failed > 0) throw new Error(`${result.failed} requests failed`);
    const now = await rowsOfShadow(url);
    idleRounds = now === done ? idleRounds + 1 : 0;
    if (idleRounds === mostIdleRounds)
      throw new Error('the shadow compares nothing: the machine has no CPU left for it');
    done = now;
    const point = {
      comparisons: done,
      seconds: (performance.now() - begun) / 1000,
      ...(await memoryOf(child)),
    };
    points.push(point);
    process.stderr.write(
      `${done.toLocaleString('en-US')} comparisons: ${mebibytes(point.residentBytes)} MiB resident\n`,
    );
  }
  print(points);
  const share = await comparedShare(url);
  const lost = await metric(url, /^shadow_log_dropped_rows (\d+)$/m);
  process.stdout.write(`the shadow ran ${share} of the rows; the log lost ${lost} of what it was sent\n`);
}

function print(points: readonly Point[]): void {
  const table = new Table({
    head: ['comparisons', 'seconds', 'resident, MiB', 'main heap, MiB', 'external, MiB'],
    style: { head: [] },
  });
  const step = Math.max(1, Math.ceil(points.length / 24));
  points.forEach((point, index) => {
    if (index % step !== 0 && index !== points.length - 1) return;
    table.push([
      point.comparisons.toLocaleString('en-US'),
      Math.round(point.seconds),
      ...[point.residentBytes, point.heapBytes, point.externalBytes].map(mebibytes),
    ]);
  });
  const second = points.slice(Math.floor(points.length / 2));
  const slope = (of: (point: Point) => number): string =>
    mebibytes(slopeOf(second.map((point) => [point.comparisons / 1e6, of(point)])));
  process.stdout.write(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; requests of ${rowsPerRequest} rows × ${features} FP32, ` +
      `${values.rate} per second, all shadowed\n${table.toString()}\n` +
      `second half, MiB per million comparisons: resident ${slope((point) => point.residentBytes)}, ` +
      `main heap ${slope((point) => point.heapBytes)}, external ${slope((point) => point.externalBytes)}\n`,
  );
}

async function memoryOf(server: ChildProcess): Promise<MemorySample> {
  server.send('measure');
  const [sample] = (await Promise.race([once(server, 'message'), gone])) as [MemorySample];
  return sample;
}

function rowsOfShadow(url: string): Promise<number> {
  return metric(url, /^nv_inference_count\{.*role="shadow".*\} (\d+)$/m);
}

/** The number that the pattern finds in the server's metrics; 0 where it is not told. */
async function metric(url: string, pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0);
}

async function ended(server: ChildProcess): Promise<never> {
  const [code, signal] = await once(server, 'exit');
  throw new Error(`the server ended with ${code ?? signal}`);
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
