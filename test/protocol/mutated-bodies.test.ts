import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import { decodeInferRequest } from '../../src/protocol/decode-infer-request.ts';
import { decodePredictRequest } from '../../src/protocol/decode-predict-request.ts';
import { encodeError } from '../../src/protocol/encode-error.ts';
import type { TensorSpec } from '../../src/protocol/signature.ts';
import { seededRandom } from '../support/random.ts';
import { signatureOf } from './sample-signature.ts';

const specs: readonly TensorSpec[] = [
  { name: 'x', datatype: 'FP32', shape: [-1, 3] },
  { name: 'id', datatype: 'INT64', shape: [-1] },
  { name: 'ok', datatype: 'BOOL', shape: [-1] },
  { name: 'text', datatype: 'BYTES', shape: [-1] },
];
const signature = signatureOf(specs);
const columns = signatureOf([{ name: 'x', datatype: 'FP32', shape: [-1, 3] }], undefined, [
  'age',
  'amount',
  'é',
]);

const json = Buffer.from(
  '{"id":"r-1","parameters":{"segment.country":"DE","entity":17,"timestamp":"2026-11-23T15:11:00Z","binary_data_output":true},' +
    '"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[[1.5,-2e3,0.30000001192092896],[4,5,6]]},' +
    '{"name":"id","shape":[2],"datatype":"INT64","data":[9007199254740993,-1]},' +
    '{"data":[true,false],"name":"ok","shape":[2],"datatype":"BOOL"},' +
    '{"name":"text","shape":[2],"datatype":"BYTES","data":["h\\u00e9llo","é😀"]}],"outputs":[{"name":"y"}]}',
);
const header = Buffer.from(
  '{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","parameters":{"binary_data_size":12}},{"name":"id","shape":[1],"datatype":"INT64","data":[1]},' +
    '{"name":"ok","shape":[1],"datatype":"BOOL","parameters":{"binary_data_size":1}},{"name":"text","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":6}}]}',
);
const binary = Buffer.concat([header, Buffer.alloc(12, 1), Buffer.of(1), Buffer.of(2, 0, 0, 0, 0x68, 0x69)]);
const predict = Buffer.from(
  '{"id":"r","features":[{"age":33,"amount":1.5,"é":-2},{"é":1e2,"amount":0,"age":1}],"segments":{"country":"DE"},"entity":"u","timestamp":"2026-11-23T15:11:00Z"}',
);

const interesting = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  '.',
  'e',
  't',
  'n',
  '\0',
  '\x7f',
  '\x80',
  '\xc3',
  '\xed',
  '\xff',
  ' ',
];
const fragments = [
  '1e400',
  'null',
  '-0',
  '[[',
  '{"a":',
  '"\\ud800"',
  '"\\u0000"',
  '99999999999999999999',
  '[1000000000,1000000000]',
  ',"id":"z"',
  '1e-400',
];

/** One to four small damages: bytes flipped, cut, doubled, swapped for troublemakers. */
function mutate(body: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(body);
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) {
    const at = Math.floor(random() * bytes.length);
    const to = Math.min(bytes.length, at + Math.floor(random() * 20));
    const kind = Math.floor(random() * 7);
    if (kind === 0) bytes[at] = Math.floor(random() * 256);
    else if (kind === 1) bytes[at] = interesting[Math.floor(random() * interesting.length)]!.charCodeAt(0);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    else if (kind === 4) bytes = bytes.subarray(0, at);
    else {
      const fragment = Buffer.from(fragments[Math.floor(random() * fragments.length)]!);
      bytes = Buffer.concat([bytes.subarray(0, at), fragment, bytes.subarray(kind === 5 ? at : to)]);
    }
  }
  return bytes;
}

describe('a damaged body', () => {
  it.each([
    ['JSON', 1, json, (body: Buffer) => decodeInferRequest(body, null, signature)],
    [
      'binary',
      2,
      binary,
      (body: Buffer) => decodeInferRequest(body, Math.min(header.length, body.length), signature),
    ],
    ['raw', 3, Buffer.alloc(24, 1), (body: Buffer) => decodeInferRequest(body, 0, columns)],
    ['short-form', 4, predict, (body: Buffer) => decodePredictRequest(body, columns)],
  ] as const)(
    '(%s) is decoded or refused with a 4xx and a short sentence, quickly',
    (_, seed, body, decode) => {
      expect(decode(body), 'the undamaged body').toBeDefined();
      const random = seededRandom(seed);
      let refused = 0;
      let slowest = 0;
      for (let round = 0; round < 2000; round++) {
        const damaged = mutate(body, random);
        const started = cpuMilliseconds();
        try {
          decode(damaged);
        } catch (error) {
          refused++;
          if (!(error instanceof UnderstudyError))
            throw new Error(`not refused properly: ${damaged}`, { cause: error });
          expect(error.status).toBeGreaterThanOrEqual(400);
          expect(error.status).toBeLessThan(500);
          expect(error.message.length, error.message).toBeLessThan(600);
          expect(JSON.parse(Buffer.from(encodeError(error)).toString())).toEqual({ error: error.message });
        }
        slowest = Math.max(slowest, cpuMilliseconds() - started);
      }
      expect(refused).toBeGreaterThan(400);
      expect(slowest).toBeLessThan(250);
    },
  );

  it('is refused at every length it can be cut to', () => {
    for (let length = 0; length < json.length; length++) {
      expect(() => decodeInferRequest(json.subarray(0, length), null, signature)).toThrow(UnderstudyError);
    }
    for (let length = 0; length < binary.length; length++) {
      expect(() => decodeInferRequest(binary.subarray(0, length), header.length, signature)).toThrow(
        UnderstudyError,
      );
    }
  });
});

describe('a hostile body', () => {
  it.each([
    ['a million opening brackets', '['.repeat(1e6)],
    ['a million nested objects', '{"a":'.repeat(1e6)],
    ['a million keys', `{${Array.from({ length: 2e5 }, (_, index) => `"k${index}":0`).join(',')}}`],
    [
      'a number of a million digits',
      `{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP32","data":[${'9'.repeat(1e6)},1,1]}]}`,
    ],
    [
      'an integer of a million digits',
      `{"inputs":[{"name":"id","shape":[1],"datatype":"INT64","data":[${'9'.repeat(1e6)}]}]}`,
    ],
    ['an entity of a million digits', `{"parameters":{"entity":${'9'.repeat(1e6)}}}`],
    [
      'an exponent of a million digits',
      `{"inputs":[{"name":"id","shape":[1],"datatype":"INT64","data":[1e${'9'.repeat(1e6)}]}]}`,
    ],
    ['a string of a million escapes', `{"id":"${'\\n'.repeat(1e6)}"}`],
    ['a million dimensions', `{"inputs":[{"name":"x","shape":[${'1,'.repeat(1e6)}1]`],
    [
      'a million dynamic rows',
      `{"inputs":[{"name":"x","shape":[1000000,3],"datatype":"FP32","data":[${'[],'.repeat(1e6)}[]]}]}`,
    ],
  ])('with %s is refused within a second', (_, body) => {
    const bytes = Buffer.from(body);
    const started = cpuMilliseconds();
    expect(() => decodeInferRequest(bytes, null, signature)).toThrow(UnderstudyError);
    expect(cpuMilliseconds() - started).toBeLessThan(1000);
  });
});

/** Of this thread: what else the machine does must not count. */
function cpuMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
