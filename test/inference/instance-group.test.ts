import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { monotonicMicroseconds } from '../../src/clock.ts';
import { defaultDeployment } from '../../src/config/read-deployment.ts';
import { InstanceGroup } from '../../src/inference/instance-group.ts';
import type { LaneRequest } from '../../src/inference/request-batch.ts';
import { mlp } from '../support/onnx-models.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-group-'));
  await writeFile(join(directory, 'model.onnx'), mlp());
});
afterAll(() => rm(directory, { recursive: true }));

const startGroup = (count: number): Promise<InstanceGroup> =>
  InstanceGroup.start({
    instance: {
      ...{ model: 'fraud', version: '7', path: join(directory, 'model.onnx') },
      placement: { executionProvider: 'cpu', device: 0, threads: 1 },
      ...{ maxBatchSize: 8, config: defaultDeployment, yields: false },
    },
    count,
    observer: () => ({
      module: { url: new URL('../support/dying-observer.ts', import.meta.url).href, options: {} },
      transfer: [],
    }),
    onObserverFailure: () => {},
  });

const request = (id: string): LaneRequest => ({
  ...{ form: 'predict', inferenceHeaderLength: null, context: null, attachment: null, arrivedMs: 0 },
  body: Buffer.from(JSON.stringify({ id, features: { x: [1, 2, 3, 4] } })),
  arrivedMicroseconds: monotonicMicroseconds(),
});

describe('an instance group', () => {
  it('loads the model in every worker and answers', async () => {
    const group = await startGroup(2);
    const replies = await Promise.all(['a', 'b', 'c', 'd'].map((id) => group.serve([request(id)])));
    expect(replies.map(([reply]) => reply!.status)).toEqual([200, 200, 200, 200]);
    expect(group.counters.executions).toBe(4);
    expect(group.counters.heapBytes).toBeGreaterThan(1_000_000);
    await group.close();
  });

  it('goes on with a new worker when one dies, and says so to whoever was being served', async () => {
    const group = await startGroup(1);
    await expect(group.serve([request('die')])).rejects.toThrow();
    const [reply] = await group.serve([request('after')]);
    expect(reply!.status).toBe(200);
    expect(JSON.parse(Buffer.from(reply!.body).toString())).toMatchObject({ id: 'after', version: '7' });
    await group.close();
  });

  it('tells why a model cannot be served', async () => {
    await writeFile(join(directory, 'model.onnx.txt'), 'no model');
    const start = InstanceGroup.start({
      instance: {
        ...{ model: 'fraud', version: '7', path: join(directory, 'model.onnx.txt') },
        placement: { executionProvider: 'cpu', device: 0, threads: 1 },
        ...{ maxBatchSize: 8, config: defaultDeployment, yields: false },
      },
      ...{ count: 1, observer: null, onObserverFailure: () => {} },
    });
    await expect(start).rejects.toThrow(/not an ONNX model/);
  });
});
