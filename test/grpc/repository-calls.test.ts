import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdminDoorOptions } from '../../src/doors/admin-door.ts';
import { connectGrpc, type GrpcClient } from '../support/grpc-client.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const token = 'correct-horse-battery-staple';

interface Door extends AsyncDisposable {
  readonly server: TestServer;
  readonly client: GrpcClient;
}

async function open(admin?: AdminDoorOptions): Promise<Door> {
  const server = await startTestServer({
    ...{ models: { 'mlp/1/model.onnx': mlp() }, grpc: true },
    ...(admin ? { admin } : {}),
  });
  const client = connectGrpc(server.server.grpcAddress);
  return {
    ...{ server, client },
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const headers = (entries: Record<string, string>): Metadata => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(entries)) metadata.set(name, value);
  return metadata;
};

describe('loading and unloading by gRPC', () => {
  let door: Door;
  beforeAll(async () => {
    door = await open();
  });
  afterAll(() => door[Symbol.asyncDispose]());
  const call = (method: string, modelName: string, more: object = {}, metadata?: Metadata) =>
    door.client.call(`RepositoryModel${method}`, { modelName, ...more }, metadata);

  it('takes a model out of service, and up again as it lies there now', async () => {
    expect(await call('Unload', 'mlp', { parameters: { unload_dependents: { boolParam: true } } })).toEqual(
      {},
    );
    expect(await door.client.call('ModelReady', { name: 'mlp' })).toEqual({ ready: false });
    expect(await call('Load', 'mlp')).toEqual({});
    expect(await door.client.call('ModelReady', { name: 'mlp' })).toEqual({ ready: true });
  });

  it('says why what is broken cannot be loaded', async () => {
    const folder = join(door.server.directory, 'models', 'broken', '1');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'model.onnx'), 'no model');
    await expect(call('Load', 'broken')).rejects.toMatchObject({
      ...{ code: status.FAILED_PRECONDITION },
      details: expect.stringMatching(/^model broken cannot be loaded as it lies there: version 1 cannot/),
    });
  });

  it.each([
    ['Load', 'nobody', {}, status.NOT_FOUND, 'there is no model "nobody" in the repository'],
    ['Unload', 'nobody', {}, status.NOT_FOUND, 'no model is called "nobody"'],
    ['Load', 'mlp', { repositoryName: 'r' }, status.INVALID_ARGUMENT, 'there is no repository "r"'],
    [
      ...['Load', 'mlp', { parameters: { config: { stringParam: '{}' } } }],
      ...[status.INVALID_ARGUMENT, 'unknown parameter "config"; none is'],
    ],
    [
      ...['Unload', 'mlp', { parameters: { force: { boolParam: true } } }],
      ...[status.INVALID_ARGUMENT, 'unknown parameter "force"; allowed is unload_dependents'],
    ],
  ] as [string, string, object, status, string][])(
    'refuses what is wrong: %s %s %j',
    async (method, model, more, code, sentence) => {
      await expect(call(method, model, more)).rejects.toMatchObject({
        ...{ code, details: expect.stringContaining(sentence) },
      });
    },
  );

  it('is not for who comes through a proxy', async () => {
    const forwarded = headers({ 'x-forwarded-for': '127.0.0.1' });
    await expect(call('Load', 'mlp', {}, forwarded)).rejects.toMatchObject({
      ...{ code: status.PERMISSION_DENIED, details: expect.stringContaining('passed on by a proxy') },
    });
  });
});

it('loading by gRPC asks for the token where there is one', async () => {
  await using door = await open({ token, always: true });
  const load = (metadata?: Metadata) =>
    door.client.call('RepositoryModelLoad', { modelName: 'mlp' }, metadata);
  await expect(load()).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  const wrong = headers({ authorization: `Bearer ${token}x` });
  await expect(load(wrong)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  expect(await load(headers({ authorization: `Bearer ${token}` }))).toEqual({});
  expect(JSON.stringify(door.server.logged)).not.toContain('horse');
});
