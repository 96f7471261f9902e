import type { AddressInfo } from 'node:net';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminDoor } from '../../src/doors/admin-door.ts';
import { createGrpcServer, type GrpcServer } from '../../src/grpc/grpc-server.ts';
import { defaultHttpLimits } from '../../src/http/http-limits.ts';
import { createHttpServer } from '../../src/http/http-server.ts';
import { Lane } from '../../src/inference/lane.ts';
import type { ServedModel } from '../../src/inference/serving-table.ts';
import { connectGrpc, type GrpcClient } from '../support/grpc-client.ts';
import { ManualBackend } from '../support/manual-backend.ts';

/** Both doors before a lane whose worker finishes when the test says so; ids of requests are in the order of their bodies. */
let backend: ManualBackend;
let lane: Lane;
let app: ReturnType<typeof createHttpServer>;
let grpc: GrpcServer;
let client: GrpcClient;
let url: string;

beforeEach(async () => {
  backend = new ManualBackend();
  lane = new Lane(backend, {
    ...{ maxQueueSize: 100, maxBatchSize: 1, maxQueueDelayMicroseconds: 0, maxWaitMicroseconds: null },
    ...{ priorityLevels: 4, defaultPriorityLevel: 2 },
    onFailure: (error) => {
      throw error;
    },
  });
  const model: ServedModel = {
    ...{ name: 'm', versions: [], primaryVersion: '1', config: null, lane, refusal: null, remarks: [] },
  };
  const table = { find: (name: string) => (name === 'm' ? model : undefined), list: () => [model] };
  const logger = { info() {}, warn() {}, error() {} };
  const shared = {
    table,
    logger,
    identity: { name: 'u', version: '1' },
    state: { isReady: true },
    tracing: null,
    tls: null,
  };
  const none = (): never => {
    throw new Error('not asked for here');
  };
  app = createHttpServer({
    ...{ ...shared, bodyLimitBytes: 100_000, metrics: { contentType: '', read: none } },
    ...{ limits: defaultHttpLimits, refusedConnections: { inc() {} } },
    roles: { roles: none, audit: none, promote: none, rollback: none, put: none },
    repository: { load: none, unload: none },
    adminDoor: new AdminDoor({ token: null, always: false }),
    evidence: { putLabels: none, report: none, timeline: none, labelNext: none, comparisons: none },
    live: { admit: none, close() {} },
    dashboard: '/nowhere',
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  grpc = createGrpcServer({
    ...{ ...shared, bodyLimitBytes: 100_000 },
    repository: { load: none, unload: none },
    adminDoor: new AdminDoor({ token: null, always: false }),
  });
  const { port } = (await grpc.listen({ host: '127.0.0.1', port: 0 })) satisfies AddressInfo;
  client = connectGrpc(`127.0.0.1:${port}`);
});
afterEach(async () => {
  client[Symbol.dispose]();
  await Promise.all([app.close(), grpc.close()]);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** @param id one character */
async function ask(id: string, parameters: object = {}): Promise<{ status: number; error: string }> {
  const body = JSON.stringify({ id, parameters });
  const answer = await fetch(`${url}/v2/models/m/infer`, { method: 'POST', body });
  const text = await answer.text();
  return { status: answer.status, error: answer.status === 200 ? '' : JSON.parse(text).error };
}

const askGrpc = (id: string, parameters: object = {}, options = {}): Promise<unknown> =>
  client.call('ModelInfer', { modelName: 'm', id, parameters }, undefined, options);

/** Ids of the requests in the order in which they were run: the backend calls them by the start of their bytes. */
const ran = (): string[] =>
  backend.started.map(([name]) => (name!.startsWith('{') ? name!.at(-1)! : name![5]!));

/** Has the only worker busy. */
async function busy(): Promise<Promise<unknown>[]> {
  const running = ask('b');
  await until(() => backend.batches.length === 1);
  return [running];
}

async function finishAll(): Promise<void> {
  for (let i = 0; i < backend.batches.length; i++) {
    backend.batches[i]!.finish();
    await until(() => lane.isIdle || backend.batches.length > i + 1);
  }
}

describe('a request with a timeout', () => {
  it('is answered when that has passed, and not run', async () => {
    const running = await busy();
    const late = await ask('l', { timeout: 5000 });
    expect(late.status).toBe(504);
    expect(late.error).toMatch(/^the request was not run before its timeout; /);
    await expect(askGrpc('g', { timeout: { int64Param: 5000 } })).rejects.toMatchObject({
      ...{ code: status.DEADLINE_EXCEEDED, details: late.error },
    });
    await finishAll();
    await Promise.all(running);
    expect(ran()).toEqual(['b']);
    expect(lane.statistics.failures).toEqual(new Map([[504, 2]]));
  });

  it('is run where the worker is free in time', async () => {
    const answers = [ask('a', { timeout: 60_000_000 }), ask('b', { timeout: 0, priority: 0 })];
    await until(() => backend.batches.length === 1 && lane.queued === 1);
    await finishAll();
    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([200, 200]);
  });

  it('may have it as the deadline of its call', async () => {
    const running = await busy();
    const call = askGrpc('d', {}, { deadline: Date.now() + 20 });
    await expect(call).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await until(() => lane.statistics.failed.count === 1);
    await finishAll();
    await Promise.all(running);
    expect(ran()).toEqual(['b']);
  });
});

describe('a request with a priority', () => {
  it('goes before those that came before it, over either transport', async () => {
    const answers = await busy();
    const send = async (answer: Promise<unknown>): Promise<void> => {
      const before = lane.queued;
      answers.push(answer.catch(() => null));
      await until(() => lane.queued > before);
    };
    await send(ask('4', { priority: 4 }));
    await send(ask('u'));
    await send(askGrpc('3', { priority: { uint64Param: 3 } }));
    await send(ask('v', { priority: 2 }));
    await send(askGrpc('1', { priority: { int64Param: 1 } }));
    await finishAll();
    await Promise.all(answers);
    expect(ran()).toEqual(['b', '1', 'u', 'v', '3', '4']);
  });

  it('of a level that is not there is refused with those that are', async () => {
    const sentence =
      'The request parameter "priority" is 5; this model has the levels 1 (the first to be served) to 4, and 0 is for the usual one.';
    expect(await ask('a', { priority: 5 })).toEqual({ status: 400, error: sentence });
    await expect(askGrpc('a', { priority: { int64Param: 5 } })).rejects.toMatchObject({
      ...{ code: status.INVALID_ARGUMENT, details: sentence },
    });
  });
});

describe('a priority over gRPC that is none', () => {
  it('is refused', async () => {
    await expect(askGrpc('a', { priority: { stringParam: 'high' } })).rejects.toMatchObject({
      ...{
        code: status.INVALID_ARGUMENT,
        details: expect.stringMatching(/"priority" is "high"; it must be a whole number/),
      },
    });
    await expect(askGrpc('a', { timeout: { int64Param: -1 } })).rejects.toMatchObject({
      ...{ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/"timeout" is -1; .* 0 for none/) },
    });
  });
});
