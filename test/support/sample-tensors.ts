import { type Datatype, datatypes } from '../../src/protocol/datatype.ts';
import type { Tensor, TensorData } from '../../src/protocol/tensor.ts';

/** Values at the edges of every datatype. */
const samples: Readonly<Record<Datatype, TensorData>> = {
  BOOL: Uint8Array.of(1, 0, 0, 1),
  UINT8: Uint8Array.of(0, 1, 128, 255),
  UINT16: Uint16Array.of(0, 1, 32_768, 65_535),
  UINT32: Uint32Array.of(0, 1, 2 ** 31, 2 ** 32 - 1),
  UINT64: BigUint64Array.of(0n, 1n, 2n ** 53n + 1n, 2n ** 64n - 1n),
  INT8: Int8Array.of(-128, -1, 0, 127),
  INT16: Int16Array.of(-32_768, -1, 0, 32_767),
  INT32: Int32Array.of(-(2 ** 31), -1, 0, 2 ** 31 - 1),
  INT64: BigInt64Array.of(-(2n ** 63n), -(2n ** 53n) - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n),
  FP16: Float16Array.of(-65_504, 0.333, 2 ** -24, 65_504),
  FP32: Float32Array.of(-(2 - 2 ** -23) * 2 ** 127, 0.1, 2 ** -149, 16_777_216),
  FP64: Float64Array.of(-Number.MAX_VALUE, 0.1, Number.MIN_VALUE, 2 ** 53),
  BYTES: ['', 'Köln', '😀 "quoted" \\', 'tab\tand\u0001control'],
};

export const allDatatypes = Object.keys(datatypes).filter((name) => name in samples) as Datatype[];

/** Four values in the shape `[2, 2]` (or another of four elements), called `x`. */
export function sampleTensor(datatype: Datatype, shape: readonly number[] = [2, 2]): Tensor {
  return { name: 'x', datatype, shape, data: samples[datatype] };
}
