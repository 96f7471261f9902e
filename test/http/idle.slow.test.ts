import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identity, slow } from '../support/onnx-models.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const idleTimeoutMs = 2500;
const mebibyte = 1024 * 1024;
/** More than lies in the buffers of the system between the two. */
const answerBytes = 32 * mebibyte;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'large/1/model.onnx': identity('UINT8', [-1]),
      'slow/1/model.onnx': slow({ milliseconds: 3 * idleTimeoutMs, above: 100 }),
    },
    bodyLimitBytes: answerBytes,
    limits: { idleTimeoutMs },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Asking {
  readonly socket: Socket;
  readonly closed: Promise<unknown>;
}

async function asking(path: string, headers: string, body: Buffer | string): Promise<Asking> {
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1' });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  socket.write(`POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n${headers}\r\n`);
  socket.write(body);
  return { socket, closed };
}

/** What the server sent until it hung up. */
async function receivedBytes({ socket, closed }: Asking): Promise<number> {
  let bytes = 0;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
  });
  await closed;
  return bytes;
}

describe('a connection that is being answered, and on which nothing moves,', { timeout: 60_000 }, () => {
  it('is cut where the client does not read its answer', async () => {
    const asked = await asking(
      '/v2/models/large/infer',
      'inference-header-content-length: 0\r\n',
      Buffer.alloc(answerBytes),
    );
    await once(asked.socket, 'readable');
    // Much longer than the server waits, however busy the machine is.
    await new Promise((resolve) => setTimeout(resolve, 3 * idleTimeoutMs));
    // Then only what lay in the buffers between them is left.
    expect(await receivedBytes(asked)).toBeLessThan(answerBytes);
  });

  it('is cut where the model takes longer', async () => {
    const body = '{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1000,2,3,4]}]}';
    expect(await receivedBytes(await asking('/v2/models/slow/infer', '', body))).toBe(0);
  });

  it('is left alone where it is read slowly, and the others are answered', async () => {
    const { socket } = await asking(
      '/v2/models/large/infer',
      'inference-header-content-length: 0\r\nconnection: close\r\n',
      Buffer.alloc(answerBytes),
    );
    let bytes = 0;
    for await (const chunk of socket) {
      bytes += chunk.length;
      if (bytes % (4 * mebibyte) < chunk.length) {
        await new Promise((resolve) => setTimeout(resolve, idleTimeoutMs / 5));
      }
    }
    expect(bytes).toBeGreaterThan(answerBytes);
    expect((await server.get('/v2/health/ready')).status).toBe(200);
  });
});
