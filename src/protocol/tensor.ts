import type { Datatype } from './datatype.ts';

export type NumericData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float16Array
  | Float32Array
  | Float64Array;

/** Row-major; the array type is the one `datatypes[datatype].array` names, `string[]` for BYTES, 0/1 bytes for BOOL. */
export type TensorData = NumericData | readonly string[];

export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** Empty for a scalar; a dimension may be 0. */
  readonly shape: readonly number[];
  readonly data: TensorData;
}

export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const dimension of shape) count *= dimension;
  return count;
}
