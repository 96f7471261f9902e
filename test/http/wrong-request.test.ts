import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mlp } from '../support/onnx-models.ts';
import { rawBytesExchange, rawRequest } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ models: { 'v1.onnx': mlp() }, bodyLimitBytes: 100_000 });
});
afterAll(() => server[Symbol.asyncDispose]());

const path = '/v2/models/default/infer';
const good = '{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}';
const expectGoodAnswer = async () => expect((await server.post(path, good)).status).toBe(200);

describe('a path or a method that is not there', () => {
  it.each([
    ['GET', '/v2/modles', 404, /there is no GET \/v2\/modles; GET \/ lists the paths/],
    ['POST', '/v2/models/default/versions/1/predict', 404, /there is no POST/],
    ['GET', `/v2/models/${'m'.repeat(600)}`, 404, /there is no GET/],
    ['GET', '/v2/%zz', 400, /"\/v2\/%zz" is not percent-encoded/],
    ['GET', path, 405, /there is no GET \/v2\/models\/default\/infer; it takes POST/],
    ['PUT', '/predict', 405, /it takes POST/],
    ['DELETE', '/v2/models/default', 405, /it takes GET, HEAD/],
    ['POST', '/metrics/', 405, /it takes GET, HEAD/],
  ])('%s %s is answered %i with a sentence', async (method, url, status, sentence) => {
    const response = await fetch(`${server.url}${url}`, { method });
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: string };
    expect(error).toMatch(sentence);
    expect(error.length).toBeLessThan(300);
    if (status === 405) expect(sentence.source).toContain(response.headers.get('allow'));
  });

  it('is found with a slash at its end, and by HEAD where GET is there', async () => {
    expect((await server.get('/v2/models/default/')).status).toBe(200);
    expect((await fetch(`${server.url}/v2/health/ready`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('a body that the server does not take', () => {
  it('is refused with 413 where it says that it is too large, and the next request works', async () => {
    const answer = await server.post(path, Buffer.alloc(3_000_000, 0x20));
    expect(answer.status).toBe(413);
    expect(answer.json.error).toMatch(/larger than the 100000 bytes this server accepts.*--body-limit/);
    await expectGoodAnswer();
  });

  it('is refused with 413 where it turns out too large while it comes in pieces', async () => {
    const piece = Buffer.alloc(40_000, 0x20);
    const answer = await rawRequest(
      `${server.url}${path}`,
      ['transfer-encoding', 'chunked'],
      [...[piece, piece, piece]],
    );
    expect(answer.status).toBe(413);
    expect(answer.headers.connection).toBe('close');
    await expectGoodAnswer();
  });

  it('is taken up to the last byte of the limit', async () => {
    const padded = good.padEnd(100_000, ' ');
    expect((await server.post(path, padded)).status).toBe(200);
    expect((await server.post(path, `${padded} `)).status).toBe(413);
  });

  it('may come in pieces', async () => {
    const answer = await rawRequest(
      `${server.url}${path}`,
      ['transfer-encoding', 'chunked'],
      [...[good.slice(0, 10), good.slice(10)]],
    );
    expect(answer.status).toBe(200);
  });

  it('is refused with 415 where it is compressed in a way that is not read', async () => {
    for (const encoding of ['br', 'gzip, gzip', 'zip']) {
      const answer = await server.post(path, brotliCompressSync(good), { 'content-encoding': encoding });
      expect(answer.status).toBe(415);
      expect(answer.json.error).toContain(`content-encoding "${encoding}"`);
      expect(answer.json.error).toMatch(/send it with gzip, deflate, or none$/);
    }
  });

  it('is refused with 415 where its content-type is none', async () => {
    const answer = await rawRequest(`${server.url}${path}`, ['content-type', ';;'], [good]);
    expect(answer.status).toBe(415);
    expect(answer.text).toMatch(/content-type \\";;\\" is no media type; send application\/json/);
  });

  it('that breaks off is nobody’s error, and the next request works', async () => {
    const controller = new AbortController();
    const endless = new ReadableStream({
      start: (stream) => stream.enqueue(new TextEncoder().encode(good.slice(0, 20))),
    });
    const broken = fetch(`${server.url}${path}`, {
      ...{ method: 'POST', body: endless, duplex: 'half', signal: controller.signal },
    } as RequestInit);
    setTimeout(() => controller.abort(), 100);
    await expect(broken).rejects.toThrow(/abort/);
    await expectGoodAnswer();
    expect(server.logged.filter((line) => line.level === 'error')).toEqual([]);
  });
});

describe('what is no HTTP request', () => {
  it.each([
    ['a line that is no request', 'nonsense\r\n\r\n', '400', /this is not HTTP\/1\.1/],
    [
      'a header without end',
      `GET /v2 HTTP/1.1\r\nhost: a\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`,
      '431',
      /headers .* too large/,
    ],
    [
      'a body of two lengths',
      `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      '400',
      /this is not HTTP\/1\.1/,
    ],
  ])('is answered with a sentence too: %s', async (_, bytes, status, sentence) => {
    const answer = await rawBytesExchange(server.url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toEqual({ error: expect.stringMatching(sentence) });
    await expectGoodAnswer();
  });
});
