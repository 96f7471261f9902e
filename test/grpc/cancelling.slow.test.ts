import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { connectGrpc, rawRequest } from '../support/grpc-client.ts';
import { slow } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const models = {
  'slow/1/model.onnx': slow({ milliseconds: 200 }),
  'slow/deployment.yaml': 'dynamic_batching: {max_batch_size: 1}\n',
};
const row: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 4], data: new Float32Array(4) };
const request = (id: string): object => rawRequest('slow', [row], { id });

const cancelled = async (server: TestServer): Promise<number> =>
  total(await readMetrics(server), 'nv_inference_request_failure', { reason: 'CANCELED', status: '499' });
const runs = async (server: TestServer): Promise<number> =>
  (await server.get('/v2/models/slow/stats')).json.model_stats[0].execution_count;

describe('what a client cancels', () => {
  it('is not run if it still waits, counts as cancelled, and others are answered', async () => {
    await using server = await startTestServer({ models, grpc: true });
    using client = connectGrpc(server.server.grpcAddress);
    const before = await runs(server);
    const running = client.begin(request('a'));
    const waiting = [client.begin(request('b')), client.begin(request('c')), client.begin(request('d'))];
    // Behind them on the same connection: the server has them.
    await client.call('ServerLive');
    waiting[0]!.cancel();
    waiting[2]!.cancel();
    await until(async () => (await cancelled(server)) === 2);
    expect(await Promise.all([running, ...waiting].map(({ ended }) => ended))).toEqual([
      ...[status.OK, status.CANCELLED, status.OK, status.CANCELLED],
    ]);
    expect((await runs(server)) - before).toBe(2);
  });

  it('may be what waits of a stream', async () => {
    await using server = await startTestServer({ models, grpc: true });
    using client = connectGrpc(server.server.grpcAddress);
    const before = await runs(server);
    const stream = client.stream();
    stream.on('error', () => {});
    for (const id of ['a', 'b', 'c', 'd']) stream.write(request(id));
    await client.call('ServerLive');
    stream.cancel();
    // One was run already.
    await until(async () => (await cancelled(server)) === 3);
    await server.server.settle(5000);
    await until(async () => (await runs(server)) - before === 1);
  });

  it('may be all that a lane waits for that is to close', async () => {
    await using server = await startTestServer({ models, grpc: true });
    using client = connectGrpc(server.server.grpcAddress);
    const calls = ['a', 'b', 'c'].map((id) => client.begin(request(id)));
    await client.call('ServerLive');
    const closed = server.server.close();
    for (const call of calls) call.cancel();
    await closed;
    expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
