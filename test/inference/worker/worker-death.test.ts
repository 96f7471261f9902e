import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { deathSentence, isDeath } from '../../../src/inference/worker/worker-death.ts';

it('tells a worker that ended from a task that threw', () => {
  const ended = new Error('worker exited with code: 1');
  expect([isDeath(ended), deathSentence(ended)]).toEqual([
    true,
    'its worker ended: worker exited with code: 1',
  ]);
  expect(isDeath(new Error('no such file'))).toBe(false);
});

it('knows the error of a worker whose heap is full', async () => {
  // Small objects: V8 notices the limit in time. With large ones it may end the whole process instead.
  const worker = new Worker('const eaten = []; for (;;) eaten.push({ i: eaten.length });', {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 16 },
  });
  const [error] = await once(worker, 'error');
  expect([isDeath(error), deathSentence(error)]).toEqual([true, 'its worker ran out of heap memory']);
});
