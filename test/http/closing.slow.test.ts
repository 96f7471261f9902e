import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { slow } from '../support/onnx-models.ts';
import { readMetrics, total } from '../support/prometheus.ts';
import { startTestServer } from '../support/test-server.ts';

const models = { 'v1.onnx': slow({ milliseconds: 500 }) };
const features = { features: [1, 2, 3, 4] };
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a server that closes', () => {
  it('answers what it has taken', async () => {
    await using server = await startTestServer({ models });
    const answers = [1, 2, 3].map(() => server.post('/predict', features));
    await pause(250);
    await server.server.close();
    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([200, 200, 200]);
    await expect(server.post('/predict', features)).rejects.toThrow();
  });

  it('refuses with a sentence what still comes on a connection it is answering on', async () => {
    await using server = await startTestServer({ models });
    const body = JSON.stringify(features);
    const request = `POST /predict HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    // Cut off while it writes, a socket fails outside of the test; what it received is looked at below.
    socket.on('error', () => {});
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.write(request);
    await pause(250);
    const closed = server.server.close();
    await pause(10);
    socket.write(request);
    await closed;
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '503']);
    expect(received).toMatch(/\{"error":"the server is shutting down; try again in a second"\}$/);
    socket.destroy();
  });
});

describe('a connection on which nothing was ever asked', () => {
  it('does not keep the server from closing', async () => {
    await using server = await startTestServer({ models });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    await server.server.close();
    await ended;
    await expect(server.get('/v2')).rejects.toThrow();
  });
});

describe('a client that leaves before it is answered', () => {
  it('harms nobody else', async () => {
    await using server = await startTestServer({ models });
    const leaving = Array.from({ length: 5 }, async () => {
      const signal = AbortSignal.timeout(30);
      await fetch(`${server.url}/predict`, { method: 'POST', body: JSON.stringify(features), signal });
    });
    const staying = server.post('/predict', features);
    for (const result of await Promise.allSettled(leaving)) expect(result.status).toBe('rejected');
    expect((await staying).status).toBe(200);
    expect((await server.post('/predict', features)).status).toBe(200);
    expect(server.logged.filter((line) => line.level === 'error')).toEqual([]);
    expect(total(await readMetrics(server), 'nv_inference_pending_request_count')).toBe(0);
  });
});
