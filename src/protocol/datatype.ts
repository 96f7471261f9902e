/** Open Inference Protocol datatypes beside what ONNX Runtime calls them and how JavaScript holds them. */
export const datatypes = {
  BOOL: { onnx: 'bool', bytes: 1, array: Uint8Array },
  UINT8: { onnx: 'uint8', bytes: 1, array: Uint8Array },
  UINT16: { onnx: 'uint16', bytes: 2, array: Uint16Array },
  UINT32: { onnx: 'uint32', bytes: 4, array: Uint32Array },
  UINT64: { onnx: 'uint64', bytes: 8, array: BigUint64Array },
  INT8: { onnx: 'int8', bytes: 1, array: Int8Array },
  INT16: { onnx: 'int16', bytes: 2, array: Int16Array },
  INT32: { onnx: 'int32', bytes: 4, array: Int32Array },
  INT64: { onnx: 'int64', bytes: 8, array: BigInt64Array },
  FP16: { onnx: 'float16', bytes: 2, array: Float16Array },
  FP32: { onnx: 'float32', bytes: 4, array: Float32Array },
  FP64: { onnx: 'float64', bytes: 8, array: Float64Array },
  /** Strings, of any length; on the wire UTF-8, in JavaScript `string[]`. */
  BYTES: { onnx: 'string', bytes: null, array: null },
} as const;

export type Datatype = keyof typeof datatypes;

/** `undefined` for a type that cannot be served (bfloat16, float8, int4, complex…). */
export function datatypeOfOnnx(onnxType: string): Datatype | undefined {
  return (Object.keys(datatypes) as Datatype[]).find((name) => datatypes[name].onnx === onnxType);
}
