import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { decodeInferRequest } from '../../src/protocol/decode-infer-request.ts';
import type { TensorSpec } from '../../src/protocol/signature.ts';
import { refusalOf } from './refusal.ts';
import { signatureOf } from './sample-signature.ts';

const bytesOf = (data: ArrayBufferView) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** A body with binary data, which begins at an odd offset of an odd offset, and the length of its JSON. */
function request(json: string, ...parts: readonly Buffer[]) {
  const header = Buffer.from(json.length % 2 === 0 ? `${json} ` : json);
  const body = Buffer.concat([Buffer.from('#'), header, ...parts]).subarray(1);
  return { body, length: header.length };
}

const described = (datatype: string, shape: readonly number[], size: number, name = 'x') =>
  `{"name":"${name}","shape":[${shape}],"datatype":"${datatype}","parameters":{"binary_data_size":${size}}}`;

function decodeOne(
  datatype: TensorSpec['datatype'],
  shape: readonly number[],
  data: Buffer,
  declared = shape,
) {
  const { body, length } = request(`{"inputs":[${described(datatype, shape, data.length)}]}`, data);
  return decodeInferRequest(body, length, signatureOf([{ name: 'x', datatype, shape: declared }])).inputs[0]!;
}

describe('binary data', () => {
  it.each([
    ['BOOL', Uint8Array.of(0, 1, 1)],
    ['UINT8', Uint8Array.of(0, 255, 3)],
    ['UINT16', Uint16Array.of(0, 65535, 3)],
    ['UINT32', Uint32Array.of(0, 4294967295, 3)],
    ['UINT64', BigUint64Array.of(0n, 2n ** 64n - 1n, 3n)],
    ['INT8', Int8Array.of(-128, 127, 3)],
    ['INT16', Int16Array.of(-32768, 32767, 3)],
    ['INT32', Int32Array.of(-2147483648, 2147483647, 3)],
    ['INT64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n, 3n)],
    ['FP16', Float16Array.of(65504, Number.NaN, -0)],
    ['FP32', Float32Array.of(Number.NaN, -Infinity, 1e-45)],
    ['FP64', Float64Array.of(Number.NaN, -0, 5e-324)],
  ] as const)('of %s is taken as it is, at any alignment', (datatype, data) => {
    const tensor = decodeOne(datatype, [3], bytesOf(data));
    expect(tensor).toEqual({ name: 'x', datatype, shape: [3], data });
    expect(tensor.data).not.toBe(data);
  });

  it('of BYTES is length and text, element by element', () => {
    expect(decodeOne('BYTES', [2, 2], strings('', 'é😀', 'a'.repeat(300), '"')).data).toEqual([
      '',
      'é😀',
      'a'.repeat(300),
      '"',
    ]);
  });

  it('may be empty', () => {
    expect(decodeOne('FP32', [0, 4], Buffer.alloc(0)).data).toEqual(new Float32Array(0));
    expect(decodeOne('BYTES', [0], Buffer.alloc(0)).data).toEqual([]);
    expect(decodeOne('FP32', [], bytesOf(Float32Array.of(2.5))).data).toEqual(Float32Array.of(2.5));
  });

  it('stands beside JSON data in one request, in the order of the request', () => {
    const specs: TensorSpec[] = [
      { name: 'a', datatype: 'FP32', shape: [-1] },
      { name: 'b', datatype: 'INT64', shape: [-1] },
      { name: 'c', datatype: 'BYTES', shape: [-1] },
    ];
    const { body, length } = request(
      `{"inputs":[${described('BYTES', [1], 6, 'c')},{"name":"b","shape":[2],"datatype":"INT64","data":[1,2]},${described('FP32', [2], 8, 'a')}],"parameters":{"binary_data_output":true}}`,
      strings('hi'),
      bytesOf(Float32Array.of(1.5, -2)),
    );
    const decoded = decodeInferRequest(new Uint8Array(body), length, signatureOf(specs));
    expect(decoded.inputs.map((input) => input.data)).toEqual([
      Float32Array.of(1.5, -2),
      BigInt64Array.of(1n, 2n),
      ['hi'],
    ]);
    expect(decoded.reply).toEqual({ kind: 'infer', outputs: [{ name: 'y', binary: true }] });
  });

  it('may be absent although the length of the JSON is given', () => {
    const { body, length } = request('{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}');
    expect(decodeInferRequest(body, length, floats).inputs[0]!.data).toEqual(Float32Array.of(1));
  });
});

const floats = signatureOf([{ name: 'x', datatype: 'FP32', shape: [-1] }]);
const texts = signatureOf([{ name: 'x', datatype: 'BYTES', shape: [-1] }]);
const flags = signatureOf([{ name: 'x', datatype: 'BOOL', shape: [-1] }]);

describe('binary data is refused', () => {
  const refusal = (json: string, parts: readonly Buffer[], code: ErrorCode, signature = floats) => {
    const { body, length } = request(json, ...parts);
    return refusalOf(() => decodeInferRequest(body, length, signature), code);
  };
  const one = (datatype: string, shape: readonly number[], size: number) =>
    `{"inputs":[${described(datatype, shape, size)}]}`;

  it('where the body is shorter or longer than declared', () => {
    expect(refusal(one('FP32', [2], 8), [Buffer.alloc(7)], 'WRONG_LENGTH')).toContain(
      'The body has 7 bytes of binary data after the JSON, but the inputs declare 8 ("x": 8); the body is cut short',
    );
    expect(refusal(one('FP32', [2], 8), [Buffer.alloc(9)], 'WRONG_LENGTH')).toContain(
      'The body has 9 bytes of binary data after the JSON, but the inputs declare 8',
    );
    expect(
      refusal(
        '{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}',
        [Buffer.alloc(1)],
        'WRONG_LENGTH',
      ),
    ).toContain('no input declares a "binary_data_size"');
  });

  it('where the size does not match the shape', () => {
    expect(refusal(one('FP32', [3], 8), [Buffer.alloc(8)], 'WRONG_LENGTH')).toBe(
      'Input "x" has 8 bytes of binary data; FP32 of shape [3] needs 12.',
    );
    refusal(one('FP32', [1e9], 8), [Buffer.alloc(8)], 'WRONG_LENGTH');
    refusal(one('BYTES', [1e9], 8), [Buffer.alloc(8)], 'WRONG_LENGTH', texts);
  });

  it('where a BOOL is neither 0 nor 1', () => {
    expect(refusal(one('BOOL', [3], 3), [Buffer.of(1, 0, 2)], 'WRONG_VALUE', flags)).toBe(
      'Input "x": element 2 of its binary data is the byte 2; BOOL takes 0 and 1.',
    );
  });

  it('where a string is cut short, left over or missing', () => {
    const cut = strings('hello').subarray(0, 7);
    expect(refusal(one('BYTES', [1], 7), [cut], 'WRONG_LENGTH', texts)).toContain(
      'Input "x": element 0 of its binary data is cut short: 7 bytes are left and it needs 9',
    );
    expect(
      refusal(
        one('BYTES', [2], 12),
        [Buffer.concat([strings('hello'), Buffer.alloc(3)])],
        'WRONG_LENGTH',
        texts,
      ),
    ).toContain('element 1 of its binary data is cut short: 3 bytes are left');
    expect(refusal(one('BYTES', [1], 14), [strings('hello', 'x')], 'WRONG_LENGTH', texts)).toContain(
      'Input "x" has 5 bytes left after 1 element in its 14 bytes of binary data; the shape [1] needs 1 element.',
    );
    expect(refusal(one('BYTES', [3], 14), [strings('hello', 'x')], 'WRONG_LENGTH', texts)).toContain(
      'Input "x" has 2 elements in its 14 bytes of binary data; the shape [3] needs 3 elements.',
    );
    const huge = Buffer.of(0xff, 0xff, 0xff, 0xff, 1);
    expect(refusal(one('BYTES', [1], 5), [huge], 'WRONG_LENGTH', texts)).toContain('needs 4294967299');
  });

  it('where a string is not UTF-8 or the runtime would alter it', () => {
    const element = (bytes: Buffer) => Buffer.concat([Buffer.of(bytes.length, 0, 0, 0), bytes]);
    expect(
      refusal(one('BYTES', [1], 7), [element(Buffer.of(0x61, 0xff, 0x62))], 'INVALID_UTF8', texts),
    ).toContain('Input "x": element 0 of its binary data is not valid UTF-8 at its byte 1');
    refusal(one('BYTES', [1], 7), [element(Buffer.of(0x61, 0, 0x62))], 'UNREPRESENTABLE_STRING', texts);
    refusal(one('BYTES', [1], 7), [element(Buffer.of(0xed, 0xa0, 0x80))], 'INVALID_UTF8', texts);
  });

  it('where the length of the JSON does not fit the body', () => {
    const body = Buffer.from('{}');
    expect(refusalOf(() => decodeInferRequest(body, 3, floats), 'WRONG_LENGTH')).toContain(
      'Inference-Header-Content-Length is 3, but the body has 2 bytes',
    );
    refusalOf(() => decodeInferRequest(body, -1, floats), 'WRONG_LENGTH');
    refusalOf(() => decodeInferRequest(body, 1.5, floats), 'WRONG_LENGTH');
    expect(refusalOf(() => decodeInferRequest(body, 1, floats), 'MALFORMED_JSON')).toContain(
      'the end of the JSON part',
    );
  });

  it('where there is binary data and no length of the JSON', () => {
    const body = Buffer.concat([Buffer.from(one('FP32', [1], 4)), Buffer.from([1, 2, 3, 4])]);
    refusalOf(() => decodeInferRequest(body, null, floats), 'MALFORMED_JSON');
    expect(
      refusalOf(() => decodeInferRequest(Buffer.from(one('FP32', [1], 4)), null, floats), 'WRONG_LENGTH'),
    ).toContain('Inference-Header-Content-Length is missing or wrong');
  });
});

describe('a raw binary request', () => {
  const raw = (data: Buffer, ...inputs: readonly TensorSpec[]) =>
    decodeInferRequest(data, 0, signatureOf(inputs));

  it('fills the only input, with the dynamic dimension told by the length', () => {
    const data = Float32Array.of(1, 2, 3, 4, 5, 6);
    const request = raw(bytesOf(data), { name: 'x', datatype: 'FP32', shape: [-1, 3] });
    expect(request.inputs).toEqual([{ name: 'x', datatype: 'FP32', shape: [2, 3], data }]);
    expect(request.reply).toEqual({ kind: 'infer', outputs: [{ name: 'y', binary: true }] });
    expect(raw(Buffer.alloc(0), { name: 'x', datatype: 'FP32', shape: [-1, 3] }).inputs[0]!.shape).toEqual([
      0, 3,
    ]);
    expect(raw(bytesOf(data), { name: 'x', datatype: 'FP32', shape: [2, 3] }).inputs[0]!.shape).toEqual([
      2, 3,
    ]);
  });

  it('is one string for BYTES', () => {
    const request = raw(Buffer.from('héllo'), { name: 'x', datatype: 'BYTES', shape: [-1, 1] });
    expect(request.inputs).toEqual([{ name: 'x', datatype: 'BYTES', shape: [1, 1], data: ['héllo'] }]);
  });

  it('is refused where length and signature do not tell the shape', () => {
    const refusal = (data: Buffer, code: ErrorCode, ...inputs: readonly TensorSpec[]) =>
      refusalOf(() => raw(data, ...inputs), code);
    const x: TensorSpec = { name: 'x', datatype: 'FP32', shape: [-1, 3] };
    expect(refusal(Buffer.alloc(13), 'WRONG_LENGTH', x)).toContain('needs a multiple of 12');
    expect(refusal(Buffer.alloc(13), 'WRONG_LENGTH', { ...x, shape: [1, 3] })).toContain(
      'has 13 bytes of binary data; FP32 of shape [1,3] needs 12',
    );
    expect(refusal(Buffer.alloc(12), 'INVALID_REQUEST', { ...x, shape: [-1, -1] })).toContain(
      'more than one dimension is dynamic',
    );
    expect(refusal(Buffer.alloc(12), 'INVALID_REQUEST', { ...x, shape: [-1, 0] })).toContain(
      'any length fits',
    );
    expect(
      refusal(Buffer.alloc(12), 'INVALID_REQUEST', { ...x, datatype: 'BYTES', shape: [-1, 2] }),
    ).toContain('one string');
    expect(refusal(Buffer.alloc(12), 'INVALID_REQUEST', x, { ...x, name: 'z' })).toContain(
      'only a model with one input',
    );
  });
});

function strings(...elements: readonly string[]): Buffer {
  return Buffer.concat(
    elements.map((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return Buffer.concat([length, bytes]);
    }),
  );
}
