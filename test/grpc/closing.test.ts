import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { connectGrpc, rawRequest } from '../support/grpc-client.ts';
import { slow } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';

const models = { 'slow/1/model.onnx': slow({ milliseconds: 200 }) };

function portOf(address: string | null): number {
  return Number(address!.split(':')[1]);
}

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

describe('a gRPC server that closes', () => {
  it('answers what it has taken and refuses new connections', async () => {
    await using server = await startTestServer({ models, grpc: true });
    const { json } = await server.get('/v2/models/slow');
    const [{ name, shape }] = json.inputs;
    const x: Tensor = {
      ...{ name, datatype: 'FP32', shape: shape.map((size: number) => Math.max(1, size)) },
      data: new Float32Array(shape.reduce((product: number, size: number) => product * Math.max(1, size), 1)),
    };
    using client = connectGrpc(server.server.grpcAddress);
    const answers = [1, 2].map(() => client.call('ModelInfer', rawRequest('slow', [x])));
    // Behind them on the same connection: once it is answered, the server has them.
    await client.call('ServerLive');
    await server.server.close();
    expect((await Promise.all(answers)).map(({ modelName }) => modelName)).toEqual(['slow', 'slow']);
    await expect(client.call('ServerLive')).rejects.toMatchObject({ code: status.UNAVAILABLE });
  });

  it('does not wait for connections that say nothing, or not HTTP/2', async () => {
    await using server = await startTestServer({ models: {}, grpc: true });
    const port = portOf(server.server.grpcAddress);
    const silent = await opened(port);
    const wrong = await opened(port);
    wrong.write('GET / HTTP/1.1\r\n\r\n');
    const ended = Promise.all(
      [silent, wrong].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    await server.server.close();
    await ended;
  });
});

describe('a server without gRPC', () => {
  it('has no address for it', async () => {
    await using server = await startTestServer({ models: {} });
    expect(server.server.grpcAddress).toBeNull();
  });
});
