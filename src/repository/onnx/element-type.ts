import { type Datatype, datatypeOfOnnx, datatypes } from '../../protocol/datatype.ts';

/** TensorProto.DataType by number, with the names ONNX Runtime uses. */
const elementTypeNames = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
  'float8e8m0',
  'uint2',
  'int2',
] as const;

export function elementTypeName(elementType: number): string {
  return elementTypeNames[elementType] ?? `element type ${elementType}`;
}

/** `undefined` for what cannot be served: bfloat16, float8, int4, complex and the like. */
export function datatypeOfElementType(elementType: number): Datatype | undefined {
  return datatypeOfOnnx(elementTypeName(elementType));
}

export function elementTypeOf(datatype: Datatype): number {
  return elementTypeNames.indexOf(datatypes[datatype].onnx);
}
