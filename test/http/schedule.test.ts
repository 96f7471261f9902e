import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { connectGrpc, type GrpcClient, rawRequest } from '../support/grpc-client.ts';
import { mlp, slow } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { type Answer, startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
let client: GrpcClient;
beforeAll(async () => {
  server = await startTestServer({
    grpc: true,
    models: {
      'slow/1/model.onnx': slow({ milliseconds: 80 }),
      'slow/2/model.onnx': mlp(),
      'slow/deployment.yaml':
        'shadows: [{version: 2, sample: 100%}]\ndynamic_batching: {max_batch_size: 1, priority_levels: 4}',
    },
  });
  client = connectGrpc(server.server.grpcAddress);
});
afterAll(async () => {
  client[Symbol.dispose]();
  await server[Symbol.asyncDispose]();
});

const x: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };
const ask = (parameters: object, id = 'r'): Promise<Answer> =>
  server.post('/v2/models/slow/infer', {
    ...{ id, parameters },
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: [1, 2, 3, 4] }],
  });

describe('a request with a timeout', () => {
  it('is answered when that has passed, and not run', async () => {
    const running = ask({});
    await pause(30);
    const before = total(await readMetrics(server), 'nv_inference_count', { role: 'primary' });
    const late = await ask({ timeout: 20_000 });
    expect(late.status).toBe(504);
    expect(late.json.error).toMatch(/^the request was not run before its timeout; /);
    expect((await running).status).toBe(200);
    const samples = await readMetrics(server);
    expect(total(samples, 'nv_inference_count', { role: 'primary' }) - before).toBeLessThanOrEqual(1);
    expect(total(samples, 'nv_inference_request_failure', { reason: 'REJECTED', status: '504' })).toBe(1);
  });

  it('is answered in time where the worker is free', async () => {
    expect((await ask({ timeout: 30_000_000 })).status).toBe(200);
    expect((await ask({ timeout: 0, priority: 0 })).status).toBe(200);
  });

  it('has it over gRPC, too, as a parameter and as the deadline of the call', async () => {
    const request = (parameters: object) => rawRequest('slow', [x], { parameters });
    const running = ask({});
    await pause(30);
    await expect(
      client.call('ModelInfer', request({ timeout: { int64Param: 20_000 } })),
    ).rejects.toMatchObject({
      ...{ code: status.DEADLINE_EXCEEDED, details: expect.stringMatching(/not run before its timeout/) },
    });
    const hasty = client.call('ModelInfer', request({}), undefined, { deadline: Date.now() + 20 });
    await expect(hasty).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    await running;
    await server.server.settle(5000);
    // Neither was run: what came first was.
    const { json } = await server.get('/v2/models/slow/stats');
    expect(json.model_stats[0].inference_stats.fail.count).toBeGreaterThanOrEqual(2);
  });
});

describe('a request with a priority', () => {
  it('goes before those that came before it', async () => {
    const order: string[] = [];
    const noted = (parameters: object, id: string) => ask(parameters, id).then(() => order.push(id));
    const running = noted({}, 'running');
    await pause(30);
    const waiting = [noted({ priority: 4 }, 'last'), noted({}, 'usual')];
    await pause(20);
    waiting.push(
      client
        .call('ModelInfer', rawRequest('slow', [x], { parameters: { priority: { uint64Param: 1 } } }))
        .then(() => order.push('first')),
    );
    await Promise.all([running, ...waiting]);
    // Of the others, the one that has waited for a second goes first, and this machine may be that slow.
    expect(order.slice(0, 2)).toEqual(['running', 'first']);
  });

  it('of a level that is not there is refused with those that are', async () => {
    const { status: code, json } = await ask({ priority: 5 });
    expect([code, json.error]).toEqual([
      400,
      'The request parameter "priority" is 5; this model has the levels 1 (the first to be served) to 4, and 0 is for the usual one.',
    ]);
  });
});

describe('a timeout or a priority that is none', () => {
  it.each([
    [{ timeout: 'soon' }, /"timeout" is "soon"; it must be a whole number of microseconds, 0 for none/],
    [{ timeout: -1 }, /"timeout" is -1/],
    [{ timeout: 1.5 }, /"timeout" is 1.5/],
    [{ priority: -1 }, /"priority" is -1; it must be a whole number, 1 for the first/],
    [{ priority: true }, /"priority" is true/],
  ])('is refused: %j', async (parameters, sentence) => {
    const { status: code, json } = await ask(parameters);
    expect([code, json.error]).toEqual([400, expect.stringMatching(sentence)]);
  });
});
