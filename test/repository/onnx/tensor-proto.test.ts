import { describe, expect, it } from 'vitest';
import type { Datatype } from '../../../src/protocol/datatype.ts';
import type { Tensor, TensorData } from '../../../src/protocol/tensor.ts';
import { elementTypeOf } from '../../../src/repository/onnx/element-type.ts';
import type { OnnxTensor } from '../../../src/repository/onnx/model.ts';
import { type Draft, tensorCodec } from '../../../src/repository/onnx/schema.ts';
import { encodeTensor, parseTensor } from '../../../src/repository/onnx/tensor-proto.ts';

/** Two elements of each datatype at the edges of its range, and the list of a TensorProto that the standard puts them in. */
const edges: readonly [Datatype, TensorData, Draft<OnnxTensor>][] = [
  ['BOOL', Uint8Array.of(0, 1), { int32Data: [0, 1] }],
  ['UINT8', Uint8Array.of(0, 255), { int32Data: [0, 255] }],
  ['UINT16', Uint16Array.of(0, 65535), { int32Data: [0, 65535] }],
  ['UINT32', Uint32Array.of(0, 2 ** 32 - 1), { uint64Data: [0n, 2n ** 32n - 1n] }],
  ['UINT64', BigUint64Array.of(0n, 2n ** 64n - 1n), { uint64Data: [0n, 2n ** 64n - 1n] }],
  ['INT8', Int8Array.of(-128, 127), { int32Data: [-128, 127] }],
  ['INT16', Int16Array.of(-32768, 32767), { int32Data: [-32768, 32767] }],
  ['INT32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1), { int32Data: [-(2 ** 31), 2 ** 31 - 1] }],
  ['INT64', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n), { int64Data: [-(2n ** 63n), 2n ** 63n - 1n] }],
  ['FP16', Float16Array.of(-1.5, 65504), { int32Data: [0xbe00, 0x7bff] }],
  ['FP32', Float32Array.of(Number.NaN, -0), { floatData: [Number.NaN, -0] }],
  ['FP64', Float64Array.of(Number.MIN_VALUE, -Infinity), { doubleData: [Number.MIN_VALUE, -Infinity] }],
  [
    'BYTES',
    ['', 'größer 🐘'],
    { stringData: ['', 'größer 🐘'].map((text) => new TextEncoder().encode(text)) },
  ],
];

describe('a TensorProto', () => {
  it.each(edges)('of %s survives being written and read', (datatype, data) => {
    const tensor: Tensor = { name: 't', datatype, shape: [2, 1], data };
    expect(parseTensor(encodeTensor(tensor))).toEqual(tensor);
  });

  it.each(edges)('of %s is read from its typed list too', (datatype, data, list) => {
    const bytes = tensorCodec.encode({ name: 't', dims: [2n], dataType: elementTypeOf(datatype), ...list });
    expect(parseTensor(bytes)).toEqual({ name: 't', datatype, shape: [2], data });
  });

  it('may be a scalar or empty', () => {
    const scalar: Tensor = { name: 's', datatype: 'FP64', shape: [], data: Float64Array.of(0.1) };
    const empty: Tensor = { name: 'e', datatype: 'INT64', shape: [0, 3], data: new BigInt64Array() };
    expect(parseTensor(encodeTensor(scalar))).toEqual(scalar);
    expect(parseTensor(encodeTensor(empty))).toEqual(empty);
  });

  it('has memory of its own', () => {
    const bytes = encodeTensor({ name: 't', datatype: 'UINT8', shape: [2], data: Uint8Array.of(1, 2) });
    const tensor = parseTensor(bytes);
    bytes.fill(9);
    expect(tensor.data).toEqual(Uint8Array.of(1, 2));
  });

  it('is refused where the elements do not fill the shape', () => {
    const short = tensorCodec.encode({ name: 't', dims: [3n], dataType: 1, floatData: [1, 2] });
    const torn = tensorCodec.encode({ name: 't', dims: [1n], dataType: 1, rawData: new Uint8Array(3) });
    expect(() => parseTensor(short)).toThrow("Tensor 't' of shape [3] holds 2 elements.");
    expect(() => parseTensor(torn)).toThrow('3 bytes, no multiple of 4');
  });

  it('of a type without a datatype is refused by its name', () => {
    const bytes = tensorCodec.encode({ name: 't', dims: [1n], dataType: 16, rawData: new Uint8Array(2) });
    expect(() => parseTensor(bytes)).toThrow("Tensor 't' holds bfloat16");
  });
});
