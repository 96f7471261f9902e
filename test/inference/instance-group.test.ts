import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monotonicMicroseconds, monotonicMilliseconds } from '../../src/clock.ts';
import { defaultDeployment } from '../../src/config/read-deployment.ts';
import type { UnderstudyError } from '../../src/errors.ts';
import { InstanceGroup, type InstanceGroupOptions } from '../../src/inference/instance-group.ts';
import type { LaneRequest } from '../../src/inference/messages/request-batch.ts';
import { Backoff } from '../../src/inference/worker/backoff.ts';
import { mlp, slow } from '../support/onnx-models.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-group-'));
  await writeFile(join(directory, 'model.onnx'), mlp());
});
afterAll(() => rm(directory, { recursive: true }));

const options = (path: string): Omit<InstanceGroupOptions, 'count' | 'observer'> => ({
  instance: {
    ...{ model: 'fraud', version: '7', path },
    placement: { executionProvider: 'cpu', device: 0, threads: 1, arbiter: null },
    ...{ maxBatchSize: 8, config: defaultDeployment },
    thread: { role: 'shadow', name: '7 fraud', yielding: 'never', cpus: null },
  },
  isolation: 'thread',
  memoryLimitBytes: null,
  backoff: new Backoff({
    ...{ immediate: 0, firstDelayMs: 10, maxDelayMs: 20 },
    ...{ random: Math.random, now: monotonicMilliseconds },
  }),
  onObserverFailure: () => {},
  onDeath: () => {},
  onThreadGone: () => {},
});

const startGroup = (count: number, changes: Partial<InstanceGroupOptions> = {}): Promise<InstanceGroup> =>
  InstanceGroup.start({
    ...options(join(directory, 'model.onnx')),
    count,
    observer: () => ({
      module: { url: new URL('../support/dying-observer.ts', import.meta.url).href, options: {} },
      transfer: [],
    }),
    ...changes,
  });

/** Until it can take a batch again. */
async function room(group: InstanceGroup): Promise<void> {
  while (group.count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

const request = (id: string, first = 1): LaneRequest => ({
  ...{
    form: 'predict',
    inferenceHeaderLength: null,
    context: null,
    attachment: null,
    priority: 0,
    deadlineMicroseconds: null,
    trace: null,
    arrivedMs: 0,
  },
  body: Buffer.from(JSON.stringify({ id, features: { x: [first, 2, 3, 4] } })),
  arrivedMicroseconds: monotonicMicroseconds(),
});

describe('an instance group', () => {
  it('loads the model in every worker and answers', async () => {
    const group = await startGroup(2);
    const replies = await Promise.all(['a', 'b'].map((id) => group.serve([request(id)])));
    expect(replies.map(([reply]) => reply!.status)).toEqual([200, 200]);
    expect(group.counters.executions).toBe(2);
    expect(group.counters.heapBytes).toBeGreaterThan(1_000_000);
    await group.close();
  });

  it('does not run what passes its deadline on the way to its turn', async () => {
    const group = await startGroup(1);
    const deadlineMicroseconds = monotonicMicroseconds() + 1;
    const late = { ...request('late'), deadlineMicroseconds };
    const early = { ...request('early'), deadlineMicroseconds: deadlineMicroseconds + 60e6 };
    const replies = await group.serve([request('any'), late, early]);
    expect(replies.map(({ status, rows }) => [status, rows])).toEqual([
      [200, 1],
      [504, 0],
      [200, 1],
    ]);
    expect(group.counters.executions).toBe(1);
    await group.close();
  });

  it('replaces a worker that dies, and says so to whoever was being served', async () => {
    const deaths: string[] = [];
    const gone: number[] = [];
    const group = await startGroup(1, {
      onDeath: (sentence) => deaths.push(sentence),
      onThreadGone: (threadId) => gone.push(threadId),
    });
    let rooms = 0;
    group.onRoom = () => rooms++;
    await expect(group.serve([request('die')])).rejects.toMatchObject({ code: 'WORKER_DIED' });
    expect(group.count).toBe(0);
    await room(group);
    expect([deaths.length, gone.length, rooms, group.restarts]).toEqual([1, 1, 1, 1]);
    const [reply] = await group.serve([request('after')]);
    expect(reply!.status).toBe(200);
    expect(JSON.parse(Buffer.from(reply!.body).toString())).toMatchObject({ id: 'after', version: '7' });
    await group.close();
  });

  it('goes on with its other workers while one is replaced', async () => {
    const group = await startGroup(2);
    await expect(group.serve([request('die')])).rejects.toMatchObject({ code: 'WORKER_DIED' });
    expect(group.count).toBe(1);
    const [reply] = await group.serve([request('meanwhile')]);
    expect(reply!.status).toBe(200);
    while (group.count < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await group.close();
  });

  it('gives up a run that does not end: another worker takes over, and what looks on never sees the batch', async () => {
    const path = join(directory, 'slow.onnx');
    await writeFile(path, slow({ milliseconds: 1500, above: 100 }));
    const { port1, port2 } = new MessageChannel();
    const seen: string[] = [];
    port1.on('message', (id: string) => seen.push(id));
    const ports = [port2];
    const group = await startGroup(1, {
      ...options(path),
      observer: () => {
        const port = ports.pop() ?? new MessageChannel().port2;
        const url = new URL('../support/telling-observer.ts', import.meta.url).href;
        return { module: { url, options: { port } }, transfer: [port] };
      },
    });
    expect((await group.serve([request('before')]))[0]!.status).toBe(200);
    const run = group.start([request('hangs', 1000)]);
    const outcome = expect(run.replies).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(run.abandon()).toBe(true);
    expect(run.abandon()).toBe(false);
    await outcome;
    expect(group.leftBehind).toBe(1);
    await room(group);
    expect((await group.serve([request('after')]))[0]!.status).toBe(200);
    while (group.leftBehind > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toEqual(['before']);
    port1.close();
    await group.close();
  });

  it('replaces a worker in which an error was not caught', async () => {
    const deaths: string[] = [];
    const group = await startGroup(1, { onDeath: (sentence) => deaths.push(sentence) });
    const outcome = await group.serve([request('throw')]).then(
      () => 'answered',
      (error: UnderstudyError) => error.code,
    );
    // Rarely the answer is out before the error ends the thread.
    expect(['WORKER_DIED', 'answered']).toContain(outcome);
    while (deaths.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await room(group);
    expect((await group.serve([request('after')]))[0]!.status).toBe(200);
    expect(deaths).toEqual(['its worker ended: nobody catches this']);
    await group.close();
  });

  it('counts on where a worker that died had stopped, and tells how each was placed', async () => {
    let placed = 0;
    const group = await startGroup(1, { onPlaced: () => placed++ });
    for (const id of ['a', 'b', 'c']) await group.serve([request(id)]);
    const before = group.counters;
    await expect(group.serve([request('die')])).rejects.toMatchObject({ code: 'WORKER_DIED' });
    await room(group);
    expect(group.counters.executions).toBe(3);
    await group.serve([request('after')]);
    expect(group.counters.executions).toBe(4);
    expect(group.counters.cpuMicroseconds).toBeGreaterThanOrEqual(before.cpuMicroseconds);
    expect(placed).toBe(2);
    await group.close();
  });

  it('does not go on with a file that was replaced, says so, and goes on when the old one is back', async () => {
    const path = join(directory, 'replaced.onnx');
    await writeFile(path, mlp());
    const deaths: string[] = [];
    const group = await startGroup(1, { ...options(path), onDeath: (sentence) => deaths.push(sentence) });
    await writeFile(path, mlp({ seed: 2 }));
    await expect(group.serve([request('die')])).rejects.toMatchObject({ code: 'WORKER_DIED' });
    while (deaths.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(deaths[1]).toMatch(
      /the file was replaced while the server ran .*; it is taken up as a whole once it can be served/,
    );
    expect(group.count).toBe(0);
    await writeFile(path, mlp());
    await room(group);
    expect((await group.serve([request('after')]))[0]!.status).toBe(200);
    await group.close();
  });

  it('closes the ports of an observer whose model was refused', async () => {
    const path = join(directory, 'refused.onnx');
    await writeFile(path, mlp());
    let open = 0;
    const deaths: string[] = [];
    const group = await startGroup(1, {
      ...options(path),
      onDeath: (sentence) => deaths.push(sentence),
      observer: () => {
        const { port1, port2 } = new MessageChannel();
        port1.once('close', () => open--);
        open++;
        const url = new URL('../support/dying-observer.ts', import.meta.url).href;
        return { module: { url, options: { port: port2 } }, transfer: [port2] };
      },
    });
    await writeFile(path, 'no model');
    await expect(group.serve([request('die')])).rejects.toMatchObject({ code: 'WORKER_DIED' });
    while (deaths.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(open).toBeLessThanOrEqual(2);
    await writeFile(path, mlp());
    await room(group);
    expect(open).toBe(1);
    await group.close();
  });

  it('gives up a load that takes too long, and leaves its thread behind until it ends', async () => {
    const path = join(directory, 'slow-load.onnx');
    await writeFile(path, slow({ milliseconds: 400 }));
    const behind: Promise<void>[] = [];
    const start = startGroup(1, {
      ...{ ...options(path), loadDeadlineMs: 500, observer: null },
      onLeftBehind: (ended) => behind.push(ended),
    });
    await expect(start).rejects.toThrow(/loading was given up: it had not loaded after 0.5 s/);
    expect(behind).toHaveLength(1);
    await behind[0];
  });

  it('ends a process whose load takes too long', async () => {
    const path = join(directory, 'endless-load.onnx');
    await writeFile(path, slow({ milliseconds: 60_000 }));
    let behind = 0;
    const start = startGroup(1, {
      ...{ ...options(path), isolation: 'process', loadDeadlineMs: 1500, observer: null },
      onLeftBehind: () => behind++,
    });
    await expect(start).rejects.toThrow(/it had not loaded after 1.5 s/);
    expect(behind).toBe(0);
  });

  it('gives up loads that nobody waits for any more', async () => {
    const path = join(directory, 'unwanted.onnx');
    await writeFile(path, slow({ milliseconds: 60_000 }));
    const giveUp = new AbortController();
    const start = startGroup(1, {
      ...{ ...options(path), isolation: 'process', giveUpLoads: giveUp.signal, observer: null },
    });
    setTimeout(() => giveUp.abort(), 300);
    await expect(start).rejects.toThrow(/the server is closing/);
  });

  it('cannot give up a run that has ended', async () => {
    const group = await startGroup(1);
    const run = group.start([request('a')]);
    await run.replies;
    expect(run.abandon()).toBe(false);
    expect(group.leftBehind).toBe(0);
    await group.close();
  });

  it('tells why a model cannot be served', async () => {
    await writeFile(join(directory, 'model.onnx.txt'), 'no model');
    const start = InstanceGroup.start({
      ...options(join(directory, 'model.onnx.txt')),
      ...{ count: 1, observer: null },
    });
    await expect(start).rejects.toThrow(/not an ONNX model/);
  });
});
