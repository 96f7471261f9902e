import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { AdminDoor } from '../../src/doors/admin-door.ts';
import { createGrpcServer } from '../../src/grpc/grpc-server.ts';
import { defaultHttpLimits } from '../../src/http/http-limits.ts';
import { connectGrpc, type GrpcClient } from '../support/grpc-client.ts';
import { garbage, mlp } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let client: GrpcClient;
beforeAll(async () => {
  server = await startTestServer({
    models: { 'mlp/1/model.onnx': mlp(), 'mlp/2/model.onnx': mlp(), 'broken/1/model.onnx': garbage() },
    grpc: true,
  });
  client = connectGrpc(server.server.grpcAddress);
});
afterAll(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

describe('the gRPC calls about the server', () => {
  it('say that it is live and ready, and who it is', async () => {
    expect(await client.call('ServerLive')).toEqual({ live: true });
    expect(await client.call('ServerReady')).toEqual({ ready: true });
    const { json } = await server.get('/v2');
    expect(await client.call('ServerMetadata')).toEqual({ ...json, version: packageJson.version });
  });
});

describe('the health check of gRPC', () => {
  const check = (service: string): Promise<Buffer> =>
    client.callWith(
      'Check',
      Buffer.from(`\n${String.fromCharCode(service.length)}${service}`),
      '/grpc.health.v1.Health',
    );

  it('says that the server, and its service, are serving', async () => {
    for (const service of ['', 'inference.GRPCInferenceService'])
      expect([...(await check(service))]).toEqual([8, 1]);
    await expect(check('other')).rejects.toMatchObject({
      ...{
        code: status.NOT_FOUND,
        details: expect.stringMatching(/^there is no service "other"; there is inference/),
      },
    });
  });

  it('says that a server is not serving before its models are loaded', async () => {
    const table = { find: () => undefined, list: () => [] };
    const state = { isReady: false };
    const grpc = createGrpcServer({
      ...{
        table,
        state,
        tracing: null,
        tls: null,
        bodyLimitBytes: 1000,
        identity: { name: 'u', version: '1' },
      },
      ...{ maxConnections: 10, limits: defaultHttpLimits, refusedConnections: { inc() {} } },
      logger: { info() {}, warn() {}, error() {} },
      repository: { load: async () => {}, unload: async () => {} },
      adminDoor: new AdminDoor({ token: null, always: false }),
    });
    const { port } = await grpc.listen({ host: '127.0.0.1', port: 0 });
    using waiting = connectGrpc(`127.0.0.1:${port}`);
    expect([...(await waiting.callWith('Check', Buffer.alloc(0), '/grpc.health.v1.Health'))]).toEqual([8, 2]);
    expect(await waiting.call('ServerReady')).toEqual({ ready: false });
    await grpc.close();
  });
});

describe('the gRPC calls about a model', () => {
  it('say whether it is ready', async () => {
    expect(await client.call('ModelReady', { name: 'mlp' })).toEqual({ ready: true });
    expect(await client.call('ModelReady', { name: 'mlp', version: '2' })).toEqual({ ready: true });
    expect(await client.call('ModelReady', { name: 'broken' })).toEqual({ ready: false });
    await expect(client.call('ModelReady', { name: 'nobody' })).rejects.toMatchObject({
      ...{ code: status.NOT_FOUND, details: 'no model is called "nobody"; there are broken, mlp' },
    });
    await expect(client.call('ModelReady', { name: 'mlp', version: '3' })).rejects.toMatchObject({
      ...{ code: status.NOT_FOUND, details: 'there is no version 3 of model mlp; there are 1, 2' },
    });
  });

  it('say what it takes and gives', async () => {
    const { json } = await server.get('/v2/models/mlp');
    const texts = (tensors: { shape: number[] }[]) =>
      tensors.map((tensor) => ({ ...tensor, shape: tensor.shape.map(String) }));
    expect(await client.call('ModelMetadata', { name: 'mlp' })).toEqual({
      ...{ name: 'mlp', versions: ['1', '2'], platform: 'onnxruntime_onnx' },
      ...{ inputs: texts(json.inputs), outputs: texts(json.outputs) },
    });
    await expect(client.call('ModelMetadata', { name: 'broken' })).rejects.toMatchObject({
      ...{
        code: status.UNAVAILABLE,
        details: expect.stringMatching(/^model broken has no metadata: version 1/),
      },
    });
  });
});

describe('a call that is not of the service', () => {
  it('is answered UNIMPLEMENTED', async () => {
    await expect(client.callWith('CudaSharedMemoryStatus', Buffer.alloc(0))).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
  });
});
