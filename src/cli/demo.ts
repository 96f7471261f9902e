import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import type { Report } from '../analysis/report/report.ts';
import { createLogger } from '../logger.ts';
import { type RunningServer, startServer } from '../server.ts';
import type { PlayedSoFar, PlayerOptions } from './demo-player.ts';
import { renderReport } from './report-table.ts';
import { ask } from './server-client.ts';
import { portNumber } from './server-options.ts';
import { terminal } from './terminal.ts';

interface DemoFlags {
  readonly requests: number;
  readonly httpPort: number;
  readonly exit?: boolean;
}

const model = 'fraud';
const bundledModels = fileURLToPath(new URL('../../models', import.meta.url));

export function demoCommand(): Command {
  return new Command('demo')
    .description('serve the bundled v7, shadow v8, play a fortnight of labelled traffic, print the report')
    .option('--requests <n>', 'how many requests to play', requestCount, 220_000)
    .option('--http-port <port>', 'port of the HTTP server; 0 takes a free one', portNumber, 8000)
    .option('--exit', 'end after the report instead of leaving the server up')
    .action(demo);
}

async function demo(flags: DemoFlags): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'understudy-demo-'));
  const logger = createLogger('warn', 'pretty');
  const server = await startServer({
    models: bundledModels,
    data,
    host: '127.0.0.1',
    httpPort: flags.httpPort,
    bodyLimitBytes: 1024 * 1024,
    logger,
  });
  try {
    await server.loaded;
    process.stdout.write(`Serving ${model} v7 on ${server.url}, with v8 in its shadow.\n`);
    await play({
      url: server.url,
      model,
      requests: flags.requests,
      seed: 20_261,
      days: 14,
      labelDelayDays: 2,
    });
    await server.settle(30_000);
    await server.flush();
    const report = (await ask(`${server.url}/v2/models/${model}/report`)) as Report;
    process.stdout.write(`\n${renderReport(report, terminal())}`);
    if (!flags.exit) await stayUp(server);
  } finally {
    await server.close();
    await rm(data, { recursive: true, force: true });
  }
}

/** Plays the traffic from a thread of its own, so that it does not take the server's turn. */
async function play(options: PlayerOptions): Promise<void> {
  const player = new Worker(new URL('./demo-player.ts', import.meta.url), {
    workerData: options,
    name: 'player',
  });
  const bar = new SingleBar({
    format:
      '{bar} {percentage}%  {value}/{total} requests  {labels} labels  {rate} req/s  {eta_formatted} left',
    barsize: 24,
    etaBuffer: 50,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    stream: process.stdout,
  });
  const started = performance.now();
  bar.start(options.requests, 0, { labels: 0, rate: 0 });
  let failed = 0;
  player.on('message', (played: PlayedSoFar) => {
    failed = played.failed;
    const rate = Math.round(played.requests / ((performance.now() - started) / 1000));
    bar.update(played.requests, { labels: played.labels, rate });
  });
  try {
    const [code] = (await once(player, 'exit')) as [number];
    if (code !== 0) throw new Error('the player of the demo ended early');
  } finally {
    bar.stop();
  }
  if (failed > 0) throw new Error(`${failed} of the requests of the demo were not answered with 200`);
}

async function stayUp(server: RunningServer): Promise<void> {
  process.stdout.write(
    `\nThe server stays up: open ${server.url} in a browser to see all of it live. Ctrl-C ends it. From another terminal:\n` +
      `  curl -s ${server.url}/v2/models/${model}/report | jq .verdict\n` +
      `  curl -s "${server.url}/v2/models/${model}/comparisons?disagree=true&limit=3" | jq\n` +
      `  npx understudy report --url ${server.url}\n`,
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
}

function requestCount(text: string): number {
  const count = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (count >= 1000) return count;
  throw new InvalidArgumentError('expected a whole number, 1000 or more');
}
