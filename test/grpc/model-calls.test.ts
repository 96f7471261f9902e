import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
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
