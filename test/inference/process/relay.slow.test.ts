import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAddon } from '../../../native/addon.ts';
import { attach, encodeObservation } from '../../../src/comparison/mirrored-observation.ts';
import type { ShadowObserverOptions } from '../../../src/comparison/shadow-observer.ts';
import { giveUpClaim } from '../../../src/inference/messages/batch-claim.ts';
import type { LaneRequest } from '../../../src/inference/messages/request-batch.ts';
import type { ObserverModule } from '../../../src/inference/observer.ts';
import type { ComparisonBatch } from '../../../src/log/comparison-batch.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';
import { rawRequest, requestMessage, typedRequest } from '../../support/grpc-client.ts';
import { mlp, stringLabels } from '../../support/onnx-models.ts';
import { childrenOfThisProcess, isThere, observing, predict, WorkerPool } from './relay-pool.ts';

const SCHED_IDLE = 5;

let directory: string;
let path: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-relay-'));
  path = join(directory, 'model.onnx');
  await writeFile(path, mlp({ seed: 8 }));
});
afterAll(() => rm(directory, { recursive: true }));

function received(port: MessagePort): unknown[] {
  const all: unknown[] = [];
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) all.push(next.message);
  return all;
}

/** Everything of an answer that does not depend on time. */
async function timelessReplies(pool: WorkerPool, requests: readonly LaneRequest[]): Promise<unknown> {
  const replies = await pool.replies(requests);
  return replies.map((reply) => ({
    ...reply,
    ...{ queueMicroseconds: 0, inputMicroseconds: 0, computeMicroseconds: 0, outputMicroseconds: 0 },
    body: Buffer.from(reply.body).toString('latin1'),
  }));
}

function binary(values: readonly number[]): LaneRequest {
  const header = Buffer.from(
    JSON.stringify({
      id: 'binary',
      inputs: [
        {
          ...{ name: 'x', datatype: 'FP32', shape: [values.length / 4, 4] },
          parameters: { binary_data_size: values.length * 4 },
        },
      ],
      parameters: { binary_data_output: true },
    }),
  );
  return {
    ...predict('binary'),
    form: 'infer',
    inferenceHeaderLength: header.length,
    body: Buffer.concat([header, Buffer.from(Float32Array.from(values).buffer)]),
  };
}

const x: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };
const grpc = (request: object): LaneRequest => ({
  ...predict('grpc'),
  ...{ form: 'grpc', body: requestMessage(request) },
});

describe('a relay', () => {
  it('answers byte for byte as a worker thread does', async () => {
    const labels = join(directory, 'labels.onnx');
    await writeFile(labels, stringLabels());
    for (const model of [path, labels]) {
      await using thread = new WorkerPool('instance/worker');
      await using relay = new WorkerPool('process/relay');
      const loaded = await Promise.all([thread.load({ path: model }), relay.load({ path: model })]);
      const [signature, relayed] = loaded.map(
        (answer) => answer.kind === 'loaded' && answer.loaded.signature,
      );
      expect(relayed).toEqual(signature);
      const batches = [
        [predict('a')],
        Array.from({ length: 64 }, (_, i) => predict(`r${i}`, [i, -i, 0.5, 1e-3])),
        [{ ...predict('bad'), body: Buffer.from('{"id": "bad", ') }, predict('good')],
        [binary([1, 2, 3, 4, -1, -2, -3, -4])],
        [grpc(rawRequest('m', [x], { id: 'raw' })), grpc(typedRequest('m', [x], { id: 'typed' }))],
      ];
      for (const batch of batches) {
        const expected = await timelessReplies(thread, batch);
        expect(await timelessReplies(relay, batch)).toEqual(expected);
      }
    }
  });

  it('hands on what an observer sends to its ports, whatever they are called', async () => {
    await using relay = new WorkerPool('process/relay');
    const seen = new MessageChannel();
    const alsoSeen = new MessageChannel();
    const observer = observing({ seen: seen.port1, alsoSeen: alsoSeen.port1, prefix: 'p-' });
    await relay.load({ path, observer, transfer: [seen.port1, alsoSeen.port1] });
    await relay.replies([predict('a'), predict('b')]);
    expect(received(seen.port2)).toEqual([{ saw: 'p-a' }, { saw: 'p-b' }]);
    expect(received(alsoSeen.port2)).toEqual([
      new Map([['a', Float16Array.of(0.5)]]),
      new Map([['b', Float16Array.of(0.5)]]),
    ]);
  });

  it('brings the same comparisons as a worker thread', async () => {
    const batches = await Promise.all(
      (['instance/worker', 'process/relay'] as const).map(async (file) => {
        await using pool = new WorkerPool(file);
        const log = new MessageChannel();
        await pool.load({ path, observer: comparing(log.port1), transfer: [log.port1] });
        await pool.replies([mirrored('r1', [1, 2, 3, 4]), mirrored('r2', [-4, 3, -2, 1])]);
        const [batch, ...more] = received(log.port2) as ComparisonBatch[];
        expect(more).toEqual([]);
        return withoutTimes(batch!);
      }),
    );
    expect(batches[0]).toMatchObject({ requestId: ['r1', 'r2'], shadow: { status: ['ok', 'ok'] } });
    expect(batches[1]).toEqual(batches[0]);
  });

  it('keeps the comparisons of a batch that was given up to itself', async () => {
    await using relay = new WorkerPool('process/relay');
    const seen = new MessageChannel();
    await relay.load({ path, observer: observing({ seen: seen.port1 }), transfer: [seen.port1] });
    const answer = relay.serve([predict('late')]);
    giveUpClaim(relay.claim);
    // Whether it was still answered or ended first is a matter of milliseconds; nothing is logged either way.
    expect(['served', 'died']).toContain((await answer).kind);
    expect(received(seen.port2)).toEqual([]);
  });

  it.skipIf(loadAddon() === null)(
    'runs every thread of its process when idle only (the native addon is not built)',
    async () => {
      await using relay = new WorkerPool('process/relay');
      const thread = { role: 'shadow', name: '8 fraud', yielding: 'idle', cpus: null } as const;
      const pid = await relay.loadProcess({ path, thread });
      const policies = readdirSync(`/proc/${pid}/task`).map((thread) => {
        const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
        return { name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')), policy: policyIn(stat) };
      });
      expect(policies.filter(({ policy }) => policy !== SCHED_IDLE)).toEqual([]);
      // Its main thread, the one ONNX Runtime made for it, and those of Node.
      expect(policies.filter(({ name }) => name === '8 fraud').length).toBeGreaterThanOrEqual(2);
      expect(policies.length).toBeGreaterThan(6);
    },
  );

  it("gives its process none of the server's options, and lets the kernel end it first", async () => {
    await using relay = new WorkerPool('process/relay', ['--no-warnings']);
    const pid = await relay.loadProcess({ path, memoryLimitBytes: 1024 ** 3 });
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
    expect(command.slice(1)).toEqual([
      '--max-old-space-size=512',
      expect.stringMatching(/process\/child\.ts$/),
    ]);
    expect(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8').trim()).toBe('1000');
  });

  it('tells why a model cannot be served and keeps no process for it', async () => {
    const before = childrenOfThisProcess();
    await using relay = new WorkerPool('process/relay');
    await writeFile(join(directory, 'text.onnx'), 'no model');
    const answer = await relay.load({ path: join(directory, 'text.onnx') });
    expect(answer).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/not an ONNX model/) });
    expect(childrenOfThisProcess()).toEqual(before);
    expect(await relay.serve([predict('a')])).toMatchObject({ kind: 'empty' });
  });

  it('lets its process end when it is released, and leaves no zombie', async () => {
    await using relay = new WorkerPool('process/relay');
    const pid = await relay.loadProcess({ path });
    await relay.replies([predict('a')]);
    expect(await relay.release()).toEqual({ kind: 'released' });
    expect(isThere(pid)).toBe(false);
    expect(await relay.serve([predict('a')])).toMatchObject({ kind: 'empty' });
    expect(isThere(await relay.loadProcess({ path }))).toBe(true);
  });

  it('is known by the number of its thread, and counts what its processes have used', async () => {
    await using one = new WorkerPool('process/relay');
    await using other = new WorkerPool('process/relay');
    await Promise.all([one.load({ path }), other.load({ path })]);
    const { usage: first } = await one.served([predict('a')]);
    const { usage: beside } = await other.served([predict('a')]);
    expect(first.threadId).not.toBe(beside.threadId);
    expect(first).toMatchObject({ executions: 1, heapBytes: expect.any(Number) });
    await one.load({ path });
    const { usage: later } = await one.served([predict('b')]);
    expect(later).toMatchObject({ threadId: first.threadId, executions: 2 });
    expect(later.cpuMicroseconds).toBeGreaterThan(first.cpuMicroseconds);
  });
});

function policyIn(stat: string): number {
  // Field 41; the name may hold spaces and brackets, so fields are counted from the last bracket.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38]);
}

function comparing(log: MessagePort): ObserverModule<ShadowObserverOptions> {
  return {
    url: new URL('../../../src/comparison/shadow-observer.ts', import.meta.url).href,
    options: {
      origin: {
        ...{ model: 'fraud', primaryVersion: '7', shadowVersion: '8', role: 'shadow', primarySha256: 'p' },
        ...{ sampleSalt: 'salt', task: 'classification' },
      },
      tolerance: { absolute: 0, relative: 0, cosine: 0.99, overlap: 1 },
      ...{ capture: 'all', deadlineMicroseconds: 1e9, instance: 'i', log },
    },
  };
}

function mirrored(id: string, x: readonly number[]): LaneRequest {
  const primary = encodeObservation({
    ...{ id, entity: 'u17', timestampMs: 1000, segments: { country: 'DE' }, derived: {} },
    ...{ queueMicroseconds: 1, computeMicroseconds: 2, cpuMicroseconds: 4 },
    rows: [
      {
        ...{ status: 'ok', errorCode: null, label: '1', value: null, confidence: 0.75 },
        probabilities: [
          [1, 0.75],
          [0, 0.25],
        ],
      },
    ],
  });
  return { ...predict(id, x), attachment: attach(0.25, primary) };
}

function withoutTimes({ eventId, shadow, ...rest }: ComparisonBatch): object {
  const { queueMicroseconds, computeMicroseconds, cpuMicroseconds, ...said } = shadow;
  const times = [queueMicroseconds, computeMicroseconds, cpuMicroseconds];
  return { ...rest, events: new Set(eventId).size, times: times.map(({ length }) => length), shadow: said };
}
