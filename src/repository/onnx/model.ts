/**
 * An ONNX file as it is read: the standard's messages with camel-case names. Lists are always there, single
 * fields only where the file has them. 64-bit integers are bigint, so that none loses its last digits. What
 * the server only passes through (training, devices, documentation) is kept by the schema but not named here.
 */
export interface OnnxModel {
  readonly irVersion?: bigint;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly modelVersion?: bigint;
  readonly docString?: string;
  readonly graph?: OnnxGraph;
  readonly opsetImport: readonly OnnxOpset[];
  readonly metadataProps: readonly OnnxEntry[];
  readonly functions: readonly OnnxFunction[];
}

export interface OnnxOpset {
  readonly domain?: string;
  readonly version?: bigint;
}

export interface OnnxEntry {
  readonly key?: string;
  readonly value?: string;
}

export interface OnnxFunction {
  readonly name?: string;
  readonly domain?: string;
  readonly node: readonly OnnxNode[];
}

export interface OnnxGraph {
  readonly name?: string;
  readonly node: readonly OnnxNode[];
  readonly initializer: readonly OnnxTensor[];
  readonly sparseInitializer: readonly OnnxSparseTensor[];
  readonly input: readonly OnnxValue[];
  readonly output: readonly OnnxValue[];
  readonly valueInfo: readonly OnnxValue[];
}

export interface OnnxNode {
  readonly name?: string;
  readonly opType?: string;
  /** Absent, `""` and `ai.onnx` all mean the standard's own operators. */
  readonly domain?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly OnnxAttribute[];
}

/** Which field holds the value is told by `type`, see `attributeTypes`. */
export interface OnnxAttribute {
  readonly name?: string;
  readonly type?: number;
  readonly f?: number;
  readonly i?: bigint;
  readonly s?: Uint8Array;
  readonly t?: OnnxTensor;
  readonly g?: OnnxGraph;
  readonly sparseTensor?: OnnxSparseTensor;
  readonly floats: readonly number[];
  readonly ints: readonly bigint[];
  readonly strings: readonly Uint8Array[];
  readonly tensors: readonly OnnxTensor[];
  readonly graphs: readonly OnnxGraph[];
  readonly sparseTensors: readonly OnnxSparseTensor[];
}

export interface OnnxTensor {
  readonly name?: string;
  readonly dims: readonly bigint[];
  readonly dataType?: number;
  /** Little-endian, row-major; not for strings. Where absent, one of the typed lists holds the elements. */
  readonly rawData?: Uint8Array;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly bigint[];
  readonly doubleData: readonly number[];
  readonly uint64Data: readonly bigint[];
  readonly stringData: readonly Uint8Array[];
  /** 1 where the elements lie in the file that `externalData` names. */
  readonly dataLocation?: number;
  readonly externalData: readonly OnnxEntry[];
}

export interface OnnxSparseTensor {
  readonly values?: OnnxTensor;
  readonly indices?: OnnxTensor;
  readonly dims: readonly bigint[];
}

export interface OnnxValue {
  readonly name?: string;
  readonly type?: OnnxType;
}

/** Exactly one field is there. */
export interface OnnxType {
  readonly tensorType?: OnnxTensorType;
  readonly sparseTensorType?: OnnxTensorType;
  readonly sequenceType?: { readonly elemType?: OnnxType };
  readonly optionalType?: { readonly elemType?: OnnxType };
  readonly mapType?: { readonly keyType?: number; readonly valueType?: OnnxType };
  readonly opaqueType?: { readonly domain?: string; readonly name?: string };
}

export interface OnnxTensorType {
  readonly elemType?: number;
  /** Absent where the rank is unknown; no dimensions for a scalar. */
  readonly shape?: { readonly dim: readonly OnnxDimension[] };
}

/** Neither field: an unnamed dynamic dimension. */
export interface OnnxDimension {
  readonly dimValue?: bigint;
  readonly dimParam?: string;
}

/** AttributeProto.AttributeType. */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;
