import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptedCoding } from '../../src/http/accepted-coding.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { binaryRequest, readTensors } from '../support/infer-client.ts';
import { identity, mlp } from '../support/onnx-models.ts';
import { rawRequest } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: { 'fraud/7/model.onnx': mlp(), 'echo/1/model.onnx': identity('FP32', [-1, -1]) },
    bodyLimitBytes: 100_000,
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const path = '/v2/models/echo/infer';
const rows = (count: number): Tensor => ({
  ...{ name: 'x', datatype: 'FP32', shape: [count, 4] },
  data: Float32Array.from({ length: count * 4 }, (_, i) => i % 7),
});
const json = (count: number): string => {
  const { data, ...rest } = rows(count);
  return JSON.stringify({ inputs: [{ ...rest, data: [...(data as Float32Array)] }] });
};

const asking = (accept?: string): string[] => (accept === undefined ? [] : ['accept-encoding', accept]);
const raw = (body: string, accept?: string) => rawRequest(`${server.url}${path}`, asking(accept), [body]);

describe('a body that is compressed', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', Buffer.from],
  ] as const)('with %s is read as if it were not', async (encoding, pack) => {
    const answer = await server.post(path, pack(Buffer.from(json(2))), { 'content-encoding': encoding });
    expect(answer.status, answer.bytes.toString()).toBe(200);
    expect(answer.json.outputs[0].data).toEqual([0, 1, 2, 3, 4, 5, 6, 0]);
  });

  it('may hold binary tensors; the length of the JSON before them is that of what is unpacked', async () => {
    const { body, headers } = binaryRequest([rows(3)]);
    const answer = await server.post(path, gzipSync(body), { ...headers, 'content-encoding': 'gzip' });
    expect(readTensors(answer)[0]!.data).toEqual(rows(3).data);
  });

  it('is refused when it unpacks to more than a body may have', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect(bomb.length).toBeLessThan(60_000);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.post(path, bomb, { 'content-encoding': 'gzip' })),
    );
    for (const { status, json: body } of answers) {
      expect(status).toBe(413);
      expect(body.error).toMatch(/^the body unpacks to more than the 100000 bytes this server accepts/);
    }
    expect((await server.post(path, json(1))).status).toBe(200);
  });

  it('is refused when it is cut short, or something else', async () => {
    const whole = gzipSync(json(100));
    for (const [encoding, body] of [
      ['gzip', whole.subarray(0, whole.length - 20)],
      ['gzip', Buffer.from(json(2))],
      ['deflate', Buffer.from(json(2))],
    ] as const) {
      const { status, json: answer } = await server.post(path, body, { 'content-encoding': encoding });
      expect([status, answer.error]).toEqual([
        400,
        expect.stringMatching(/is not whole (gzip|deflate) data/),
      ]);
    }
  });

  it('that came in pieces is put together before', async () => {
    const packed = gzipSync(json(2));
    const pieces = [packed.subarray(0, 5), packed.subarray(5, 6), packed.subarray(6)];
    const answer = await rawRequest(`${server.url}${path}`, ['content-encoding', 'gzip'], pieces);
    expect(answer.status).toBe(200);
  });
});

describe('an answer', () => {
  it('is compressed where that is asked for and it is large', async () => {
    const plain = await raw(json(1000));
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.vary).toBe('accept-encoding');
    for (const [accept, coding, unpack] of [
      ['gzip', 'gzip', gunzipSync],
      ['gzip, deflate, br', 'gzip', gunzipSync],
      ['deflate', 'deflate', inflateSync],
    ] as const) {
      const { headers, bytes } = await raw(json(1000), accept);
      expect(headers['content-encoding']).toBe(coding);
      expect(Number(headers['content-length'])).toBe(bytes.length);
      expect(bytes.length).toBeLessThan(plain.bytes.length / 2);
      const outputs = (text: Buffer) => JSON.parse(text.toString()).outputs;
      expect(outputs(unpack(bytes))).toEqual(outputs(plain.bytes));
    }
  });

  it('is left alone where it is small, or nobody wants it packed', async () => {
    expect((await raw(json(2), 'gzip')).headers).not.toHaveProperty('content-encoding');
    expect((await raw(json(1000), 'br, identity')).headers).not.toHaveProperty('content-encoding');
  });

  it('of other routes is compressed alike', async () => {
    const plain = await rawRequest(`${server.url}/metrics`, [], [], 'GET');
    const packed = await rawRequest(`${server.url}/metrics`, asking('gzip'), [], 'GET');
    expect([plain.headers['content-encoding'], packed.headers['content-encoding']]).toEqual([
      undefined,
      'gzip',
    ]);
    expect(packed.headers['content-type']).toBe(plain.headers['content-type']);
    expect(gunzipSync(packed.bytes).toString()).toContain('# TYPE nv_inference_count counter');
  });
});

describe('the content coding that a client likes', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['gzip', 'gzip'],
    ['deflate, gzip', 'gzip'],
    ['gzip;q=0.5, deflate', 'deflate'],
    ['gzip;q=0', null],
    ['*', 'gzip'],
    ['gzip;q=0, *', 'deflate'],
    ['br', null],
    ['identity', null],
    ['identity, gzip;q=0.5', null],
    ['GZip ; q=0.8, identity;q=0.1', 'gzip'],
    ['gzip;q=abc', null],
  ])('of "%s" is %s', (accept, coding) => {
    expect(acceptedCoding(accept, ['gzip', 'deflate'])).toBe(coding);
  });
});
