import { Random } from '../../../models/training/random.ts';
import type { Tensor } from '../../../src/protocol/tensor.ts';
import {
  type DimensionSpec,
  float32,
  graph,
  model,
  node,
  value,
} from '../../../src/repository/onnx/build-model.ts';
import type { OnnxNode } from '../../../src/repository/onnx/model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';
import type { Draft } from '../../../src/repository/onnx/schema.ts';

export interface MlpOptions {
  readonly inputs?: number;
  readonly outputs?: number;
  readonly seed?: number;
  readonly hidden?: number;
  /** Written as the metadata key `feature_names`. */
  readonly featureNames?: readonly string[];
}

interface ClassifierOptions extends MlpOptions {
  /** Nodes between the value `logits` and `shaped`, which is what the outputs are made of. */
  readonly tail?: readonly Draft<OnnxNode>[];
  readonly constants?: readonly Tensor[];
  readonly rows?: DimensionSpec;
}

/** One hidden layer with random weights: nodes from `x` to `logits`. */
export function network(options: MlpOptions) {
  const { inputs = 4, outputs = 3, hidden = 8, seed = 1 } = options;
  const random = new Random(seed);
  const normals = (name: string, rows: number, columns: number, deviation: number) =>
    float32(
      name,
      [rows, columns],
      Float32Array.from({ length: rows * columns }, () => random.normal() * deviation),
    );
  return {
    inputs,
    outputs,
    nodes: [
      node('Gemm', ['x', 'w1', 'b1'], ['h1']),
      node('Relu', ['h1'], ['a1']),
      node('Gemm', ['a1', 'w2', 'b2'], ['logits']),
    ],
    constants: [
      normals('w1', inputs, hidden, 2 / Math.sqrt(inputs)),
      normals('b1', 1, hidden, 0.2),
      normals('w2', hidden, outputs, 2 / Math.sqrt(hidden)),
      normals('b2', 1, outputs, 0.2),
    ],
  };
}

/** Input `x` FP32 `[N, inputs]`; outputs `label` INT64 `[N]` and `probabilities` FP32 `[N, outputs]`. */
export function classifier(options: ClassifierOptions): Uint8Array {
  const parts = network(options);
  const { tail = [], constants = [], rows = 'N', featureNames } = options;
  return encodeModel(
    model(
      graph('classifier', {
        inputs: [value('x', 'FP32', [rows, parts.inputs])],
        outputs: [value('label', 'INT64', [rows]), value('probabilities', 'FP32', [rows, parts.outputs])],
        nodes: [
          ...parts.nodes,
          ...tail,
          node('Softmax', [tail.length === 0 ? 'logits' : 'shaped'], ['probabilities'], { axis: 1n }),
          node('ArgMax', ['probabilities'], ['label'], { axis: 1n, keepdims: 0n }),
        ],
        constants: [...parts.constants, ...constants],
      }),
      featureNames === undefined ? {} : { feature_names: JSON.stringify(featureNames) },
    ),
  );
}
