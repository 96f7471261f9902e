import { availableParallelism } from 'node:os';
import fastify from 'fastify';
import { Piscina } from 'piscina';
import { comparisonLines } from './comparison-lines.ts';
import { type InferRequest, inferAnswer, readRows } from './infer-json.ts';
import { agree, type MlpAnswer, type MlpRows } from './mlp-answer.ts';
import { versions, writeVersions } from './mlp-versions.ts';
import { startPeerLife } from './peer-life.ts';
import { readPeerOptions } from './peer-options.ts';

/**
 * The tee of one who knows that a run blocks its thread: a pool of workers for each version, and a shadow that is left out
 * where its pool is behind.
 */
const { shadow } = readPeerOptions(process.argv[2]);
const life = startPeerLife();
const files = await writeVersions(life);
const threads = Math.max(1, Math.floor(availableParallelism() / 2));
/** As many as Understudy lets wait for a shadow. */
const maxWaiting = 1024;

function startPool(model: string): Piscina<MlpRows, MlpAnswer> {
  return new Piscina<MlpRows, MlpAnswer>({
    filename: new URL('./pool-worker.ts', import.meta.url).href,
    workerData: model,
    minThreads: threads,
    maxThreads: threads,
    // The next task is there already when a run ends: a worker that is asked one by one sleeps and wakes for each.
    concurrentTasksPerWorker: 32,
    recordTiming: false,
  });
}

const primaryPool = startPool(files.primary);
const shadowPool = startPool(files.shadow);
const log = comparisonLines(files.folder);
let served = 0;
let shadowed = 0;

async function compare(id: string, rows: MlpRows, primary: MlpAnswer): Promise<void> {
  if (shadowPool.queueSize >= maxWaiting) return;
  const answer = await shadowPool.run(rows);
  log.info({ id, primary: primary.labels, shadow: answer.labels, agree: agree(primary, answer) });
  shadowed++;
}

const app = fastify();
app.post<{ Body: InferRequest }>('/v2/models/mlp/infer', async (request) => {
  const id = request.body.id ?? request.id;
  const rows = readRows(request.body);
  const answer = await primaryPool.run(rows);
  served++;
  if (shadow !== 'off') compare(id, rows, answer).catch((error: Error) => log.error(error, id));
  return inferAnswer(id, versions.primary, answer);
});
app.get('/counts/served', () => served);
app.get('/counts/shadowed', () => shadowed);
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${url}\n`);
