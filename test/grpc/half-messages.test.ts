import { once } from 'node:events';
import { type ClientHttp2Stream, constants } from 'node:http2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { connectGrpc, rawRequest } from '../support/grpc-client.ts';
import { mlp } from '../support/onnx-models.ts';
import { connectRawGrpc, halfMessage } from '../support/raw-grpc.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const models = { 'mlp/1/model.onnx': mlp() };
const row: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };

async function cut(stream: ClientHttp2Stream): Promise<number> {
  // `once` would reject with the error that comes before.
  if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
  return stream.rstCode;
}

async function expectServing(server: TestServer): Promise<void> {
  using client = connectGrpc(server.server.grpcAddress);
  expect(await client.call('ModelInfer', rawRequest('mlp', [row], { id: 'a' }))).toMatchObject({ id: 'a' });
}

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ models, grpc: true, limits: { requestTimeoutMs: 200 } });
});
afterAll(() => server[Symbol.asyncDispose]());

describe('a message that does not get on', () => {
  it.each([
    ['ModelInfer', 'has come in half', halfMessage(1000, 500)],
    ['ModelInfer', 'has not come at all', null],
    ['ModelInfer', 'is not followed by the end of the call', halfMessage(500, 500)],
    ['ModelStreamInfer', 'has come in half', halfMessage(1000, 500)],
    ['ServerLive', 'has come by a part of its length', Buffer.of(0, 0)],
  ])('of %s that %s is cut in time', async (method, _, bytes) => {
    using raw = await connectRawGrpc(server.server.grpcAddress);
    const stream = raw.open(method);
    if (bytes) stream.write(bytes);
    expect(await cut(stream)).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await expectServing(server);
  });

  it('is cut when there is no room for all that are on their way in, and others are not', async () => {
    await using narrow = await startTestServer({
      ...{ models, grpc: true },
      ...{ bodyLimitBytes: 100_000, limits: { receivingBytes: 1 } },
    });
    using raw = await connectRawGrpc(narrow.server.grpcAddress);
    const first = raw.open('ModelInfer');
    first.write(halfMessage(90_000, 60_000));
    const second = raw.open('ModelStreamInfer');
    second.write(halfMessage(90_000, 60_000));
    expect(await Promise.race([cut(first), cut(second)])).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect([first.closed, second.closed].filter((closed) => closed)).toHaveLength(1);
    await expectServing(narrow);
  });
});

describe('a stream on which nothing is said between messages', () => {
  it('is left open', async () => {
    using raw = await connectRawGrpc(server.server.grpcAddress);
    const quiet = raw.open('ModelStreamInfer');
    const spoken = raw.open('ModelStreamInfer');
    // Garbage is answered with an error of its own.
    spoken.write(halfMessage(3, 1));
    spoken.write(Buffer.alloc(2));
    await once(spoken, 'data');
    for (const _ of [1, 2]) {
      const late = raw.open('ModelInfer');
      expect(await cut(late)).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    }
    expect([quiet.closed, spoken.closed]).toEqual([false, false]);
  });
});
