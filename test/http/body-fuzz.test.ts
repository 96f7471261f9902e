import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { binaryRequest, jsonRequest, type WireRequest } from '../support/infer-client.ts';
import { mlp, namedScalars } from '../support/onnx-models.ts';
import { seededRandom } from '../support/random.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    models: {
      'fraud/7/model.onnx': mlp({ seed: 7 }),
      'fraud/8/model.onnx': mlp({ seed: 8 }),
      'fraud/deployment.yaml': 'shadows: [{version: 8, sample: 100%}]',
      'bank/1/model.onnx': namedScalars(),
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const numbers: Tensor = {
  ...{ name: 'x', datatype: 'FP32', shape: [2, 4] },
  data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
};
const columns: Tensor[] = [
  { name: 'age', datatype: 'FP32', shape: [1, 1], data: Float32Array.of(40) },
  { name: 'balance', datatype: 'FP32', shape: [1, 1], data: Float32Array.of(12.5) },
  { name: 'job', datatype: 'BYTES', shape: [1, 1], data: ['student'] },
];
const context = {
  id: 'r1',
  parameters: { entity: 'u17', 'segment.country': 'DE', timestamp: '2026-03-01T12:00:00Z' },
  outputs: [{ name: 'label' }, { name: 'probabilities' }],
};

interface Target {
  readonly path: string;
  readonly request: WireRequest;
}

const json = (body: object): WireRequest => ({ body: JSON.stringify(body), headers: {} });
const targets: Readonly<Record<string, readonly Target[]>> = {
  JSON: [
    { path: '/v2/models/fraud/infer', request: jsonRequest([numbers], context) },
    { path: '/v2/models/bank/infer', request: jsonRequest(columns) },
  ],
  binary: [
    { path: '/v2/models/fraud/infer', request: binaryRequest([numbers], context) },
    { path: '/v2/models/bank/infer', request: binaryRequest(columns) },
  ],
  predict: [
    {
      path: '/predict/fraud',
      request: json({ id: 'r1', features: { x: [1, 2, 3, 4] }, segments: { country: 'DE' }, entity: 'u17' }),
    },
    {
      path: '/predict/bank',
      request: json({ features: [{ age: 40, balance: 12.5, job: 'student' }] }),
    },
  ],
};

const lengthHeader = 'inference-header-content-length';

type Mutation = (body: Buffer, random: () => number) => Buffer;

const place = (body: Buffer, random: () => number): number => Math.floor(random() * body.length);
const splice = (body: Buffer, at: number, removed: number, added: string | Buffer): Buffer =>
  Buffer.concat([body.subarray(0, at), Buffer.from(added), body.subarray(at + removed)]);
const pieces = [
  ...['{', '}', '[', ']', ',', ':', '"', '\\', '\\u0000', '\\ud800', '\0', '\xff', 'null', 'true', '-'],
  ...['1e999', '-1e-999', '9'.repeat(400), '0.'.padEnd(2000, '1'), '[['.repeat(5000), '{"a":'.repeat(5000)],
  ...['"parameters":{"binary_data_size":4294967296},', '"__proto__":{},', ' '.repeat(3000)],
].map((text) => Buffer.from(text, 'latin1'));

const mutations: readonly Mutation[] = [
  function truncate(body, random) {
    return body.subarray(0, place(body, random));
  },
  function flip(body, random) {
    const changed = Buffer.from(body);
    for (let i = 0; i < 1 + random() * 4; i++) changed[place(body, random)]! ^= 1 << Math.floor(random() * 8);
    return changed;
  },
  function duplicate(body, random) {
    const from = place(body, random);
    return splice(body, from, 0, body.subarray(from, from + Math.ceil(random() * 60)));
  },
  function insert(body, random) {
    return splice(body, place(body, random), 0, pieces[Math.floor(random() * pieces.length)]!);
  },
  function swap(body, random) {
    const middle = place(body, random);
    return Buffer.concat([body.subarray(middle), body.subarray(0, middle)]);
  },
  function changeNumber(body, random) {
    const text = body.toString('latin1');
    const found = [...text.matchAll(/\d+/g)];
    const one = found[Math.floor(random() * found.length)];
    if (one === undefined) return body.subarray(1);
    const others = [
      '0',
      '-1',
      '3',
      '65536',
      '2147483648',
      '9007199254740993',
      '1e30',
      '18446744073709551616',
    ];
    return splice(body, one.index, one[0].length, others[Math.floor(random() * others.length)]!);
  },
];

/** Breaks the JSON, or the data behind it, or the body as a whole; now and then its length is wrong, too. */
function broken(request: WireRequest, mutate: Mutation, random: () => number): WireRequest {
  const whole = Buffer.from(request.body);
  const length = request.headers[lengthHeader];
  if (length === undefined) return { body: mutate(whole, random), headers: request.headers };
  const header = whole.subarray(0, Number(length));
  const data = whole.subarray(Number(length));
  const withLength = (body: Buffer, jsonLength: number | string): WireRequest => ({
    body,
    headers: { ...request.headers, [lengthHeader]: String(jsonLength) },
  });
  const choice = random();
  if (choice < 0.4) {
    const json = mutate(header, random);
    return withLength(Buffer.concat([json, data]), json.length);
  }
  if (choice < 0.7) return withLength(Buffer.concat([header, mutate(data, random)]), length);
  if (choice < 0.8) return withLength(mutate(whole, random), length);
  const others = [0, header.length - 1, header.length + 1, whole.length, '999999999999999', '-5', 'x'];
  return withLength(whole, others[Math.floor(random() * others.length)]!);
}

describe('170 bodies broken at random, the same every time', () => {
  it.each(Object.entries(targets))(
    'in %s never are the server’s fault, nor do they harm the next',
    async (_, kind) => {
      const random = seededRandom(2026);
      const statuses = new Map<number, number>();
      for (let i = 0; i < 170; i++) {
        const { path, request } = kind[i % kind.length]!;
        const mutate = mutations[Math.floor(random() * mutations.length)]!;
        const { body, headers } = broken(request, mutate, random);
        const answer = await server.post(path, body, headers);
        const what = `${mutate.name} ${i}: ${Buffer.from(body).subarray(0, 300).toString('latin1')}`;
        expect(answer.status, `${what}\n${answer.bytes.toString()}`).toBeLessThan(500);
        if (answer.status !== 200) expect(answer.json.error.length, what).toBeGreaterThan(10);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (i % 10 === 9) {
          for (const good of kind) {
            const next = await server.post(good.path, good.request.body, good.request.headers);
            expect(next.status, what).toBe(200);
          }
        }
      }
      // Most were really broken, and some were harmless.
      expect(statuses.get(400)).toBeGreaterThan(100);
      expect(statuses.get(200)).toBeGreaterThan(5);
      await server.server.settle(10_000);
      await server.server.settle(10_000);
      await server.server.flush();
      expect(server.logged.filter((line) => line.level === 'error')).toEqual([]);
    },
  );
});
