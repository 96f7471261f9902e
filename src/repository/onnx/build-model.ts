import type { Datatype } from '../../protocol/datatype.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { elementTypeOf } from './element-type.ts';
import type { OnnxNode, OnnxValue } from './model.ts';
import {
  attributeTypes,
  type OnnxAttribute,
  type OnnxEntry,
  type OnnxGraph,
  type OnnxModel,
} from './model.ts';
import type { Draft } from './schema.ts';
import { tensorProtoOf } from './tensor-proto.ts';

/**
 * What an attribute may be given as: bigint is an integer, number a float, so that 1 and 1.0 are told apart. A graph
 * is wrapped, since it is an object like a tensor.
 */
export type AttributeValue =
  | bigint
  | number
  | string
  | readonly bigint[]
  | readonly number[]
  | readonly string[]
  | Tensor
  | { readonly graph: Draft<OnnxGraph> };

/** One node. `domain` is `''` for the standard's own operators, else for example `ai.onnx.ml`. */
export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  domain = '',
): Draft<OnnxNode> {
  const attribute = Object.entries(attributes).map(([name, value]) => ({ name, ...attributeValue(value) }));
  return { opType, name: `${opType}_${output[0] ?? ''}`, domain, input, output, attribute };
}

function attributeValue(value: AttributeValue): Draft<OnnxAttribute> {
  const encoder = new TextEncoder();
  if (typeof value === 'bigint') return { type: attributeTypes.int, i: value };
  if (typeof value === 'number') return { type: attributeTypes.float, f: value };
  if (typeof value === 'string') return { type: attributeTypes.string, s: encoder.encode(value) };
  if ('graph' in value) return { type: attributeTypes.graph, g: value.graph };
  if ('data' in value) return { type: attributeTypes.tensor, t: tensorProtoOf(value) };
  if (isListOf(value, 'bigint')) return { type: attributeTypes.ints, ints: value };
  if (isListOf(value, 'number')) return { type: attributeTypes.floats, floats: value };
  return { type: attributeTypes.strings, strings: value.map((text) => encoder.encode(String(text))) };
}

function isListOf(list: readonly unknown[], type: 'bigint'): list is readonly bigint[];
function isListOf(list: readonly unknown[], type: 'number'): list is readonly number[];
function isListOf(list: readonly unknown[], type: string): boolean {
  return list.length > 0 && list.every((element) => typeof element === type);
}

/** A dimension by its length, or by a name where it is dynamic (`''`: dynamic without a name). */
export type DimensionSpec = number | string;

/** An input or output of a graph. `null` for the shape: not even the rank is known. */
export function value(
  name: string,
  datatype: Datatype,
  dimensions: readonly DimensionSpec[] | null,
): Draft<OnnxValue> {
  return valueOfElementType(name, elementTypeOf(datatype), dimensions);
}

/** As `value`, for element types that have no datatype; the number is TensorProto.DataType. */
export function valueOfElementType(
  name: string,
  elemType: number,
  dimensions: readonly DimensionSpec[] | null,
): Draft<OnnxValue> {
  if (dimensions === null) return { name, type: { tensorType: { elemType } } };
  const dim = dimensions.map((dimension) => {
    if (typeof dimension === 'number') return { dimValue: BigInt(dimension) };
    return dimension === '' ? {} : { dimParam: dimension };
  });
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

export interface GraphParts {
  readonly inputs: readonly Draft<OnnxValue>[];
  readonly outputs: readonly Draft<OnnxValue>[];
  readonly nodes: readonly Draft<OnnxNode>[];
  readonly constants?: readonly Tensor[];
}

export function graph(name: string, parts: GraphParts): Draft<OnnxGraph> {
  return {
    name,
    node: parts.nodes,
    initializer: (parts.constants ?? []).map(tensorProtoOf),
    input: parts.inputs,
    output: parts.outputs,
  };
}

/** Opsets and IR version that onnxruntime 1.17 and everything later can load. */
export function model(
  modelGraph: Draft<OnnxGraph>,
  metadata: Readonly<Record<string, string>> = {},
): Draft<OnnxModel> {
  const metadataProps: OnnxEntry[] = Object.entries(metadata).map(([key, text]) => ({ key, value: text }));
  return {
    irVersion: 8n,
    producerName: 'understudy',
    opsetImport: [
      { domain: '', version: 17n },
      { domain: 'ai.onnx.ml', version: 3n },
    ],
    graph: modelGraph,
    metadataProps,
  };
}

export function float32(name: string, shape: readonly number[], data: Iterable<number>): Tensor {
  return { name, datatype: 'FP32', shape, data: Float32Array.from(data) };
}

export function int64(name: string, shape: readonly number[], data: readonly number[]): Tensor {
  return { name, datatype: 'INT64', shape, data: BigInt64Array.from(data, BigInt) };
}

export function strings(name: string, shape: readonly number[], data: readonly string[]): Tensor {
  return { name, datatype: 'BYTES', shape, data };
}
