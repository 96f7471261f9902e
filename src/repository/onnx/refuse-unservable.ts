import { UnderstudyError } from '../../errors.ts';
import { datatypeOfElementType, elementTypeName } from './element-type.ts';
import { attributeOf, domainOf, type GraphIndex } from './graph-index.ts';
import type { OnnxGraph, OnnxType, OnnxValue } from './model.ts';

const servable = 'a tensor of bool, integers of 8 to 64 bits, float16, float32, float64 or strings';

/** Operators whose output is no tensor, for outputs that do not declare their type. */
const sequenceMakers = new Set([
  'SequenceConstruct',
  'SequenceEmpty',
  'SequenceErase',
  'SequenceInsert',
  'SequenceMap',
  'SplitToSequence',
]);

/**
 * Throws MODEL_NOT_READY where an input or output is no tensor, or a tensor the runtime cannot hand over. It must
 * be found here: an int4 output, for one, ends the whole process when the model runs.
 */
export function refuseUnservable(graph: OnnxGraph, index: GraphIndex): void {
  // Up to IR version 3, initializers are listed among the inputs; nobody sends those.
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  for (const input of graph.input) if (!constants.has(input.name)) refuseValue('input', input, input.type);
  for (const output of graph.output) {
    const declared = output.type;
    const undeclared = declared === undefined || declared.tensorType?.elemType === 0;
    refuseValue('output', output, undeclared ? inferType(graph, index, output.name ?? '') : declared);
  }
}

function refuseValue(role: 'input' | 'output', value: OnnxValue, type: OnnxType | undefined): void {
  // Without a type it is for the runtime to infer it; the loaded session's metadata is checked as well.
  if (type === undefined) return;
  const kind = kindOf(type);
  if (kind !== 'tensor')
    throw refusal(`The ${role} '${value.name ?? ''}' is a ${kind}; what can be served is ${servable}.`);
  const elementType = type.tensorType?.elemType ?? 0;
  if (elementType !== 0 && datatypeOfElementType(elementType) === undefined)
    throw refusal(
      `The ${role} '${value.name ?? ''}' is a tensor of ${elementTypeName(elementType)}; what can be served is ${servable}. ` +
        `Put a Cast ${role === 'input' ? 'behind' : 'before'} it.`,
    );
}

function kindOf(type: OnnxType): string {
  if (type.sequenceType !== undefined) return 'sequence';
  if (type.mapType !== undefined) return 'map';
  if (type.optionalType !== undefined) return 'optional';
  if (type.sparseTensorType !== undefined) return 'sparse tensor';
  if (type.opaqueType !== undefined) return 'opaque value';
  return 'tensor';
}

/** The type of a value that the file does not declare, as far as its producer says it. */
function inferType(graph: OnnxGraph, index: GraphIndex, name: string, depth = 0): OnnxType | undefined {
  const declared = [...graph.input, ...graph.valueInfo].find((value) => value.name === name)?.type;
  if (declared !== undefined && declared.tensorType?.elemType !== 0) return declared;
  const constant = graph.initializer.find((tensor) => tensor.name === name);
  if (constant !== undefined) return { tensorType: { elemType: constant.dataType ?? 0 } };
  const node = index.producers.get(name);
  if (node === undefined || domainOf(node) !== '' || depth > graph.node.length) return undefined;
  const opType = node.opType ?? '';
  if (opType === 'Cast') return tensorOfType(attributeOf(node, 'to')?.i);
  if (opType === 'Constant') return tensorOfType(attributeOf(node, 'value')?.t?.dataType);
  if (opType === 'Optional') return { optionalType: {} };
  if (sequenceMakers.has(opType)) return { sequenceType: {} };
  if (opType === 'QuantizeLinear') {
    const explicit = attributeOf(node, 'output_dtype')?.i ?? 0n;
    if (explicit !== 0n) return tensorOfType(explicit);
    return node.input[2] === undefined ? undefined : inferType(graph, index, node.input[2], depth + 1);
  }
  if (opType === 'CastLike') return inferType(graph, index, node.input[1] ?? '', depth + 1);
  return keepingType.has(opType) ? inferType(graph, index, node.input[0] ?? '', depth + 1) : undefined;
}

/** Operators whose output has the element type of their first input. */
const keepingType = new Set([
  'Concat',
  'Expand',
  'Flatten',
  'Gather',
  'Identity',
  'Reshape',
  'Slice',
  'Squeeze',
  'Tile',
  'Transpose',
  'Unsqueeze',
]);

function tensorOfType(elementType: bigint | number | undefined): OnnxType | undefined {
  return elementType === undefined ? undefined : { tensorType: { elemType: Number(elementType) } };
}

function refusal(sentence: string): UnderstudyError {
  return new UnderstudyError('MODEL_NOT_READY', sentence);
}
