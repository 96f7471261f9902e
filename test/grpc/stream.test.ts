import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { connectGrpc, type GrpcClient, rawRequest, type StreamAnswer } from '../support/grpc-client.ts';
import { mlp } from '../support/onnx-models.ts';
import { startTestServer } from '../support/test-server.ts';

const models = { 'mlp/1/model.onnx': mlp() };
const row: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };
const request = (id: string, shape = [1, 4]) => rawRequest('mlp', [{ ...row, shape }], { id });

interface Call {
  readonly stream: ReturnType<GrpcClient['stream']>;
  readonly answers: StreamAnswer[];
  readonly ended: Promise<{ readonly code: status; readonly details: string }>;
}

function open(client: GrpcClient): Call {
  const stream = client.stream();
  const answers: StreamAnswer[] = [];
  stream.on('data', (answer: StreamAnswer) => answers.push(answer));
  stream.on('error', () => {});
  const ended = new Promise<{ code: status; details: string }>((resolve) => stream.on('status', resolve));
  return { stream, answers, ended };
}

async function arrived(answers: readonly unknown[], count: number): Promise<void> {
  while (answers.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('ModelStreamInfer', () => {
  it('answers many requests in their order, each with its reply or its error, and stays open', async () => {
    await using server = await startTestServer({ models, grpc: true });
    using client = connectGrpc(server.server.grpcAddress);
    const { stream, answers, ended } = open(client);
    for (let i = 0; i < 500; i++) stream.write(request(`r${i}`, i % 10 === 3 ? [1, 5] : [1, 4]));
    await arrived(answers, 500);
    expect(answers.map(({ inferResponse }) => inferResponse.id)).toEqual(
      Array.from({ length: 500 }, (_, i) => `r${i}`),
    );
    for (const [i, { errorMessage, inferResponse }] of answers.entries()) {
      if (i % 10 === 3) expect(errorMessage).toMatch(/dimension 1 is 5 instead of 4/);
      else expect([errorMessage, inferResponse.rawOutputContents.length]).toEqual(['', 2]);
    }
    stream.write(rawRequest('nobody', [row], { id: 'lost' }));
    await arrived(answers, 501);
    expect(answers[500]).toMatchObject({
      errorMessage: expect.stringMatching(/^no model is called "nobody"/),
      inferResponse: { id: 'lost', outputs: [] },
    });
    stream.end();
    expect((await ended).code).toBe(status.OK);
  });

  it('is ended by a closing server when what it took is answered', async () => {
    await using server = await startTestServer({ models, grpc: true });
    using client = connectGrpc(server.server.grpcAddress);
    const { stream, answers, ended } = open(client);
    stream.write(request('a'));
    await arrived(answers, 1);
    await server.server.close();
    expect(await ended).toMatchObject({
      ...{ code: status.UNAVAILABLE, details: 'the server is shutting down; try again in a second' },
    });
  });

  it('that the client gives up harms nobody else', async () => {
    await using server = await startTestServer({ models, grpc: true });
    using client = connectGrpc(server.server.grpcAddress);
    const { stream, ended } = open(client);
    for (let i = 0; i < 100; i++) stream.write(request(`r${i}`));
    stream.cancel();
    expect((await ended).code).toBe(status.CANCELLED);
    expect((await client.call('ModelInfer', request('b'))).id).toBe('b');
    expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
