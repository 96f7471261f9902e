import type { Tensor } from '../../src/protocol/tensor.ts';
import { float32, graph, int64, model, node, value } from '../../src/repository/onnx/build-model.ts';
import type { OnnxNode, OnnxValue } from '../../src/repository/onnx/model.ts';
import { encodeModel } from '../../src/repository/onnx/read-model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';
import type { Network } from './mlp.ts';

/** The part of a graph that makes the matrix `columns`, `[N, F]`, of what a request holds. */
export interface InputGraph {
  readonly inputs: readonly Draft<OnnxValue>[];
  readonly nodes: readonly Draft<OnnxNode>[];
  readonly constants: readonly Tensor[];
  /** Goes into the file's metadata as `feature_names` where the input is one matrix. */
  readonly featureNames: readonly string[] | null;
}

/** ONNX bytes of a classifier: `label` INT64 `[N]` and `probabilities` FP32 `[N, 2]`. */
export function exportMlp(
  name: string,
  input: InputGraph,
  network: Network,
  description: string,
): Uint8Array {
  const nodes = [...input.nodes];
  const constants = [...input.constants];
  let before = 'columns';
  network.forEach((layer, i) => {
    const last = i === network.length - 1;
    const after = last ? 'logits' : `hidden_${i}`;
    nodes.push(node('Gemm', [before, `weights_${i}`, `biases_${i}`], [after], { transB: 1n }));
    constants.push(float32(`weights_${i}`, [layer.outputs, layer.inputs], layer.weights));
    constants.push(float32(`biases_${i}`, [layer.outputs], layer.biases));
    before = after;
    if (last) return;
    before = `rectified_${i}`;
    nodes.push(node('Relu', [after], [before]));
  });
  nodes.push(
    node('Softmax', ['logits'], ['probabilities'], { axis: 1n }),
    node('ArgMax', ['probabilities'], ['label'], { axis: 1n, keepdims: 0n }),
  );
  const outputs = [value('label', 'INT64', ['N']), value('probabilities', 'FP32', ['N', 2])];
  const metadata = {
    description,
    ...(input.featureNames === null ? {} : { feature_names: JSON.stringify(input.featureNames) }),
  };
  return encodeModel(model(graph(name, { inputs: input.inputs, outputs, nodes, constants }), metadata));
}

/** One column of a single matrix input. */
export interface MatrixColumn {
  readonly name: string;
  /** False for columns that callers send and this version does not look at. */
  readonly used: boolean;
  /** True for amounts, distances and counts: the network sees ln(1 + value). */
  readonly logarithmic: boolean;
}

/** Input `x` FP32 `[N, F]`; the used columns, in order, are what the network sees. */
export function matrixInput(columns: readonly MatrixColumn[]): InputGraph {
  const used = columns.flatMap((column, i) => (column.used ? [i] : []));
  const logarithmic = used.map((i) => columns[i]!.logarithmic);
  const width = used.length;
  return {
    inputs: [value('x', 'FP32', ['N', columns.length])],
    nodes: [
      node('Gather', ['x', 'used'], ['raw'], { axis: 1n }),
      node('Max', ['raw', 'zero'], ['not_negative']),
      node('Add', ['not_negative', 'one'], ['above_one']),
      node('Log', ['above_one'], ['logarithms']),
      node('Where', ['logarithmic', 'logarithms', 'raw'], ['columns']),
    ],
    constants: [
      int64('used', [width], used),
      float32('zero', [1], [0]),
      float32('one', [1], [1]),
      {
        name: 'logarithmic',
        datatype: 'BOOL',
        shape: [1, width],
        data: Uint8Array.from(logarithmic, Number),
      },
    ],
    featureNames: columns.map(({ name }) => name),
  };
}

/** What `matrixInput` computes, for training. */
export function seenByNetwork(columns: readonly MatrixColumn[], row: readonly number[]): number[] {
  return columns.flatMap(({ used, logarithmic }, i) => {
    const raw = row[i] ?? 0;
    if (!used) return [];
    return [logarithmic ? Math.log(1 + Math.max(raw, 0)) : raw];
  });
}
