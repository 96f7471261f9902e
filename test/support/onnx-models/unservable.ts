import { Random } from '../../../models/training/random.ts';
import { graph, model, node, value, valueOfElementType } from '../../../src/repository/onnx/build-model.ts';
import type { OnnxNode } from '../../../src/repository/onnx/model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';
import type { Draft } from '../../../src/repository/onnx/schema.ts';

/** TensorProto.DataType of what cannot be served. */
const bfloat16 = 16;
const int4 = 22;

/** Bytes that are no model, the same every time. */
export function garbage(): Uint8Array {
  const random = new Random(13);
  return Uint8Array.from({ length: 4096 }, () => random.integer(256));
}

/** NEVER RUN: an int4 output ends the whole process. Without `declared` the output does not say its type. */
export function int4Output(options: { readonly declared?: boolean } = {}): Uint8Array {
  const declared = options.declared ?? true;
  return encodeUnservable(
    [value('x', 'FP32', ['N', 4])],
    [declared ? valueOfElementType('y', int4, ['N', 4]) : { name: 'y' }],
    [node('Cast', ['x'], ['y'], { to: BigInt(int4) })],
  );
}

export function bfloat16Input(): Uint8Array {
  return encodeUnservable(
    [valueOfElementType('x', bfloat16, ['N', 4])],
    [value('y', 'FP32', ['N', 4])],
    [node('Cast', ['x'], ['y'], { to: 1n })],
  );
}

export function sequenceOutput(): Uint8Array {
  const elemType = value('', 'FP32', ['N', 4]).type;
  return encodeUnservable(
    [value('x', 'FP32', ['N', 4])],
    [{ name: 'pieces', type: { sequenceType: elemType === undefined ? {} : { elemType } } }],
    [node('SplitToSequence', ['x'], ['pieces'], { axis: 1n })],
  );
}

/** int4 and bfloat16 need a newer opset than the other models. */
function encodeUnservable(
  inputs: Parameters<typeof graph>[1]['inputs'],
  outputs: Parameters<typeof graph>[1]['outputs'],
  nodes: readonly Draft<OnnxNode>[],
): Uint8Array {
  const built = model(graph('unservable', { inputs, outputs, nodes }));
  return encodeModel({ ...built, irVersion: 10n, opsetImport: [{ domain: '', version: 21n }] });
}
