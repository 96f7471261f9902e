import { describe, expect, it } from 'vitest';
import { encodeInferReply } from '../../src/protocol/encode-infer-reply.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';
import { seededRandom } from '../support/random.ts';
import { refusalOf } from './refusal.ts';

const encode = (outputs: readonly Tensor[], binary: readonly boolean[] = [], id: string | null = null) =>
  encodeInferReply({ model: 'fraud', version: '7', id, outputs, binary });

/** The text of the data of one JSON output. */
function dataText(tensor: Omit<Tensor, 'name' | 'shape'>): string {
  const text = Buffer.from(encode([{ name: 'y', shape: [tensor.data.length], ...tensor }]).body).toString();
  return text.slice(text.indexOf('"data":[') + 8, -4);
}

describe('an inference reply', () => {
  it('is the JSON of the protocol, keys in its order, data flat', () => {
    const outputs: Tensor[] = [
      { name: 'label', datatype: 'INT64', shape: [2], data: BigInt64Array.of(1n, -2n) },
      { name: 'p "é"', datatype: 'FP32', shape: [2, 2], data: Float32Array.of(0.5, 0.25, 1, 0) },
    ];
    const { body, headerLength } = encode(outputs, [], 'r-1');
    expect(headerLength).toBeNull();
    expect(Buffer.from(body).toString()).toBe(
      '{"id":"r-1","model_name":"fraud","model_version":"7","outputs":[' +
        '{"name":"label","datatype":"INT64","shape":[2],"data":[1,-2]},' +
        '{"name":"p \\"é\\"","datatype":"FP32","shape":[2,2],"data":[0.5,0.25,1,0]}]}',
    );
  });

  it('leaves out an id that there is not, and takes scalars and empty outputs', () => {
    const outputs: Tensor[] = [
      { name: 'a', datatype: 'FP32', shape: [], data: Float32Array.of(2) },
      { name: 'b', datatype: 'BYTES', shape: [0, 3], data: [] },
    ];
    expect(Buffer.from(encode(outputs).body).toString()).toBe(
      '{"model_name":"fraud","model_version":"7","outputs":[' +
        '{"name":"a","datatype":"FP32","shape":[],"data":[2]},{"name":"b","datatype":"BYTES","shape":[0,3],"data":[]}]}',
    );
  });

  it.each([
    [{ datatype: 'BOOL', data: Uint8Array.of(0, 1) }, 'false,true'],
    [{ datatype: 'UINT8', data: Uint8Array.of(0, 255) }, '0,255'],
    [{ datatype: 'UINT16', data: Uint16Array.of(0, 65535) }, '0,65535'],
    [{ datatype: 'UINT32', data: Uint32Array.of(10, 4294967295) }, '10,4294967295'],
    [{ datatype: 'INT8', data: Int8Array.of(-128, 127) }, '-128,127'],
    [{ datatype: 'INT16', data: Int16Array.of(-32768, 32767) }, '-32768,32767'],
    [{ datatype: 'INT32', data: Int32Array.of(-2147483648, 2147483647) }, '-2147483648,2147483647'],
    [
      { datatype: 'INT64', data: BigInt64Array.of(-(2n ** 63n), 2n ** 53n + 1n, 1000000000000000n) },
      '-9223372036854775808,9007199254740993,1000000000000000',
    ],
    [{ datatype: 'UINT64', data: BigUint64Array.of(2n ** 64n - 1n) }, '18446744073709551615'],
    [{ datatype: 'FP16', data: Float16Array.of(-0, 65504, 0.5) }, '-0,65504,0.5'],
    [
      { datatype: 'FP32', data: Float32Array.of(-0, 0.1, 16777216, 1e-45) },
      '-0,0.1,16777216,1.401298464324817e-45',
    ],
    [{ datatype: 'FP64', data: Float64Array.of(-0, 0.1, 1e21, 5e-324) }, '-0,0.1,1e+21,5e-324'],
    [{ datatype: 'BYTES', data: ['', 'a"\\\n\u0001é😀'] }, '"","a\\"\\\\\\n\\u0001é😀"'],
  ] as const)('writes $0.datatype exactly', (tensor, text) => {
    expect(dataText(tensor)).toBe(text);
  });

  it('writes every single-precision number so that reading it as a double and rounding gives it back', () => {
    const random = seededRandom(3);
    const bits = Uint32Array.from({ length: 20_000 }, () => Math.floor(random() * 2 ** 32));
    const anyFloats = new Float32Array(bits.buffer).filter(Number.isFinite);
    const usual = Float32Array.from(
      { length: 20_000 },
      () => (random() - 0.5) * 10 ** Math.floor(random() * 14 - 6),
    );
    const edges = Float32Array.of(
      1e-4,
      9.9999994e-5,
      999999.94,
      1e6,
      1,
      0.99999994,
      1.0000001,
      9.999999,
      10,
      3.4028234663852886e38,
    );
    for (const data of [anyFloats, usual, edges]) {
      const read = Float32Array.from(dataText({ datatype: 'FP32', data }).split(','), Number);
      expect(new Uint32Array(read.buffer)).toEqual(new Uint32Array(data.buffer, 0, data.length));
    }
  });

  it('writes probabilities with no more digits than they need', () => {
    expect(dataText({ datatype: 'FP32', data: Float32Array.of(0.1, 0.9, 0.3333333, 2.5, -123.456) })).toBe(
      '0.1,0.9,0.3333333,2.5,-123.456',
    );
  });

  it('puts binary data after the JSON in the order of the outputs', () => {
    const outputs: Tensor[] = [
      { name: 'a', datatype: 'BYTES', shape: [2], data: ['é', ''] },
      { name: 'b', datatype: 'INT32', shape: [1], data: Int32Array.of(5) },
      { name: 'c', datatype: 'FP64', shape: [1], data: Float64Array.of(Number.NaN).subarray(0) },
    ];
    const { body, headerLength } = encode(outputs, [true, false, true]);
    const json = Buffer.from(body.subarray(0, headerLength!)).toString();
    expect(JSON.parse(json).outputs).toEqual([
      { name: 'a', datatype: 'BYTES', shape: [2], parameters: { binary_data_size: 10 } },
      { name: 'b', datatype: 'INT32', shape: [1], data: [5] },
      { name: 'c', datatype: 'FP64', shape: [1], parameters: { binary_data_size: 8 } },
    ]);
    expect(Buffer.from(body.subarray(headerLength!)).toString('hex')).toBe(
      '02000000c3a900000000000000000000f87f',
    );
  });

  it('takes data that is a window into other memory', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const { body, headerLength } = encode([{ name: 'a', datatype: 'FP32', shape: [2], data }], [true]);
    expect(new Float32Array(Uint8Array.from(body.subarray(headerLength!)).buffer)).toEqual(
      Float32Array.of(1, 2),
    );
  });

  it.each([
    ['FP16', Float16Array.of(1, Number.NaN), 'NaN'],
    ['FP32', Float32Array.of(1, -Infinity), '-Infinity'],
    ['FP64', Float64Array.of(1, Infinity), 'Infinity'],
  ] as const)('refuses to write what JSON cannot carry, of %s', (datatype, data, found) => {
    const output: Tensor = { name: 'scores', datatype, shape: [2], data };
    expect(refusalOf(() => encode([output]), 'OUTPUT_NOT_JSON')).toBe(
      `The output "scores" holds ${found} at index 1, which JSON cannot carry; ask for the output with the parameter "binary_data": true.`,
    );
    expect(encode([output], [true]).headerLength).toBeGreaterThan(0);
    expect(dataText({ datatype: 'FP32', data: Float32Array.of(1) })).toBe('1');
  });

  it('owns its memory, so that it may be transferred while the next is written', () => {
    const first = encode([{ name: 'a', datatype: 'BYTES', shape: [1], data: ['x'.repeat(100_000)] }]).body;
    const copy = Buffer.from(first).toString();
    const second = encode([{ name: 'b', datatype: 'FP32', shape: [1], data: Float32Array.of(1) }]).body;
    expect(Buffer.from(first).toString()).toBe(copy);
    expect(second.buffer.byteLength).toBe(second.byteLength);
    expect(first.buffer.byteLength).toBe(first.byteLength);
  });
});
