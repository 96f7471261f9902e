import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connectionBudget } from '../../src/serving/connection-budget.ts';
import { mlp } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const models = { 'v1.onnx': mlp() };
const good = '{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}';
const path = '/v2/models/default/infer';

async function connected({ url }: TestServer): Promise<Socket> {
  // It does not hang up by itself, whatever the server does.
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the server takes no more, since it has closed the connection for good. */
async function untilCut(socket: Socket): Promise<string> {
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString();
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('end', resolve));
  const prodding = setInterval(() => socket.write(' '), 20);
  await closed;
  clearInterval(prodding);
  return received;
}

describe('a slow client', () => {
  const limits = { headersTimeoutMs: 200, requestTimeoutMs: 400, checkIntervalMs: 50 };

  it.each([
    ['says nothing', ''],
    ['stops in the middle of its headers', `POST ${path} HTTP/1.1\r\nhost: a\r\n`],
    ['stops in the middle of its body', `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{`],
  ])('that %s is told so and cut, though it never hangs up itself', async (_, bytes) => {
    await using server = await startTestServer({ models, limits });
    const socket = await connected(server);
    if (bytes !== '') socket.write(bytes);
    expect(await untilCut(socket)).toMatch(/^HTTP\/1\.1 408 .*did not arrive in time/s);
    expect((await server.post(path, good)).status).toBe(200);
  });
});

describe('connections beyond the limit', () => {
  it('are hung up on and counted, and those that are there go on', async () => {
    await using server = await startTestServer({ models, limits: { maxConnections: 2 } });
    const first = await connected(server);
    const second = await connected(server);
    const third = await connected(server);
    third.resume();
    await once(third, 'end');
    third.destroy();
    second.destroy();
    first.write(`GET /v2 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    expect(await untilCut(first)).toMatch(/^HTTP\/1\.1 200/);
    expect(total(await readMetrics(server), 'understudy_refused_connections_total')).toBe(1);
    expect(server.logged.map(({ message }) => message).join()).toMatch(/connections are refused: 2 are open/);
  });

  it.each([
    [10_000, 0, Number.POSITIVE_INFINITY, 10_000, 0],
    [10_000, 1024, Number.POSITIVE_INFINITY, 10_000, 1024],
    [10_000, 0, 1024, 768, 0],
    [10_000, 1024, 1024, 576, 192],
    [10_000, 1024, 200, 75, 25],
    [10, 1024, 1024, 10, 192],
    [10, 1024, 1, 1, 1],
  ])(
    'are as many as asked for, and leave descriptors: %d of HTTP and %d of gRPC of %d are %d and %d',
    (http, grpc, descriptors, grantedHttp, grantedGrpc) => {
      expect(connectionBudget({ http, grpc }, descriptors)).toEqual({ http: grantedHttp, grpc: grantedGrpc });
    },
  );
});

describe('bodies that come in at the same time', () => {
  it('are refused with 503 beyond what there is room for, until others are complete', async () => {
    await using server = await startTestServer({
      ...{ models, bodyLimitBytes: 1000 },
      limits: { receivingBytes: 1000 },
    });
    const holder = await connected(server);
    holder.write(`POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 990\r\n\r\n${' '.repeat(980)}`);
    const refused = async (): Promise<boolean> => {
      const answer = await server.post(path, good);
      if (answer.status === 200) return false;
      expect(answer.status).toBe(503);
      expect(answer.json.error).toMatch(/is receiving 1000 bytes of bodies already/);
      return true;
    };
    // The bytes of the first may not have come yet.
    while (!(await refused()));
    holder.destroy();
    // A connection that breaks gives its room back.
    while (await refused());
  });
});
