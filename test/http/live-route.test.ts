import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LiveStream, liveRoute } from '../../src/http/live-route.ts';
import { until } from '../support/until.ts';

/** Connections and the route alone; what is streamed is the test's. */
let app: FastifyInstance;
let port: number;
const streams: LiveStream[] = [];
let left = 0;
beforeEach(async () => {
  streams.length = 0;
  left = 0;
  app = fastify({ forceCloseConnections: 'idle' });
  liveRoute(app, {
    admit: () => (stream) => {
      streams.push(stream);
      return () => {
        left += 1;
      };
    },
    close() {
      for (const stream of streams) stream.end();
    },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterEach(() => app.close());

async function connected(): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  get({ host: '127.0.0.1', port, path: '/v2/models/fraud/live', agent: false }, resolve).once(
    'error',
    reject,
  );
  return promise;
}

describe('a live stream', () => {
  it('is behind while its client takes nothing, and then no more', async () => {
    const response = await connected();
    const [stream] = streams;
    expect(stream!.isBehind).toBe(false);
    const frame = Buffer.alloc(1_000_000, 'x');
    let written = 0;
    while (!stream!.isBehind) {
      stream!.write(frame);
      written += frame.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    let received = 0;
    response.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    await until(() => !stream!.isBehind && received >= written);
    response.destroy();
  });

  it('is left once its client has gone, and what is still written to it is lost', async () => {
    const response = await connected();
    response.destroy();
    await until(() => left === 1);
    streams[0]!.write(Buffer.from('late'));
    streams[0]!.end();
  });

  it('ends when the server closes', async () => {
    const response = await connected();
    response.resume();
    const ended = new Promise((resolve) => response.once('end', resolve));
    await app.close();
    await ended;
  });
});
