import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { loadNativeThread } from '../../src/inference/thread-placement.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';

const addon = loadNativeThread();
/** In CI there is a compiler, so a missing addon is a failure there. */
const skipped = addon === null && process.env.CI === undefined;
const SCHED_OTHER = 0;
const SCHED_IDLE = 5;

interface Thread {
  readonly name: string;
  /** Field 41 of /proc/self/task/TID/stat: the scheduling policy. */
  readonly policy: number;
}

function threads(): Thread[] {
  return readdirSync('/proc/self/task').map((tid) => {
    const stat = readFileSync(`/proc/self/task/${tid}/stat`, 'utf8');
    // The name may hold spaces and brackets: fields are counted from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')), policy: Number(fields[38]) };
  });
}

async function inWorker(code: string): Promise<unknown> {
  const placement = new URL('../../src/inference/thread-placement.ts', import.meta.url).href;
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
     import(${JSON.stringify(placement)}).then(async ({ yieldToOthers, loadNativeThread }) => {
       ${code}
     }).catch((error) => parentPort.postMessage(String(error)));`,
    { eval: true },
  );
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  } finally {
    await worker.terminate();
  }
}

describe.skipIf(skipped)('the native addon (skipped where no compiler built it)', () => {
  it('is there', () => {
    expect(addon).not.toBeNull();
  });

  it('puts the calling thread, and it alone, under SCHED_IDLE and names it', async () => {
    const read = `
      const remarks = yieldToOthers('8 a model with a long name');
      const { readdirSync, readFileSync } = require('node:fs');
      const stats = readdirSync('/proc/self/task').map((tid) => readFileSync('/proc/self/task/' + tid + '/stat', 'utf8'));
      parentPort.postMessage({ remarks, stats });`;
    const { remarks, stats } = (await inWorker(read)) as { remarks: string[]; stats: string[] };
    expect(remarks).toEqual([]);
    // 15 bytes of a name are kept.
    const idle = stats.filter(
      (stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38] === String(SCHED_IDLE),
    );
    expect(idle.map((stat) => stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')))).toEqual([
      '8 a model with ',
    ]);
  });

  it('refuses a name that is no text with an error that can be caught', async () => {
    const message = await inWorker(`
      try { loadNativeThread().nameThread(7); parentPort.postMessage('taken'); }
      catch (error) { parentPort.postMessage(error.constructor.name + ': ' + error.message); }`);
    expect(message).toBe('TypeError: nameThread takes a string');
  });

  it("idles a shadow's worker with the threads of its runtime, and leaves the primary's alone", async () => {
    await using server = await startTestServer({
      models: {
        'fraud/7/model.onnx': mlp({ seed: 7 }),
        'fraud/8/model.onnx': mlp({ seed: 8 }),
        'fraud/deployment.yaml': 'instance_group: {threads: 3}',
      },
    });
    expect((await server.get('/v2/models/fraud/versions/8/ready')).status).toBe(200);
    const named = threads().filter(({ name }) => name.startsWith('8 fraud'));
    // The worker and the two threads that ONNX Runtime made for it.
    expect(named.length).toBeGreaterThanOrEqual(3);
    expect(named.every(({ policy }) => policy === SCHED_IDLE)).toBe(true);
    expect(threads().filter(({ policy }) => policy === SCHED_OTHER).length).toBeGreaterThan(3);
    expect(server.logged.filter(({ level }) => level === 'warn')).toEqual([]);
  });
});
