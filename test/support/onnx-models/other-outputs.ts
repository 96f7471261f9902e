import type { Datatype } from '../../../src/protocol/datatype.ts';
import { float32, graph, model, node, strings, value } from '../../../src/repository/onnx/build-model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';
import { type MlpOptions, network } from './network.ts';

/** `label` BYTES `[N]` from `classes`, and `probabilities`. */
export function stringLabels(
  options: MlpOptions & { readonly classes?: readonly string[] } = {},
): Uint8Array {
  const classes = options.classes ?? ['cat', 'dog', 'owl'];
  const parts = network({ ...options, outputs: classes.length });
  return encodeModel(
    model(
      graph('string_labels', {
        inputs: [value('x', 'FP32', ['N', parts.inputs])],
        outputs: [value('label', 'BYTES', ['N']), value('probabilities', 'FP32', ['N', classes.length])],
        nodes: [
          ...parts.nodes,
          node('Softmax', ['logits'], ['probabilities'], { axis: 1n }),
          node('ArgMax', ['probabilities'], ['class'], { axis: 1n, keepdims: 0n }),
          node('Gather', ['classes', 'class'], ['label'], { axis: 0n }),
        ],
        constants: [...parts.constants, strings('classes', [classes.length], classes)],
      }),
    ),
  );
}

/** Only `logits` FP32 `[N, outputs]`. */
export function logits(options: MlpOptions = {}): Uint8Array {
  const parts = network(options);
  return encodeModel(
    model(
      graph('logits', {
        inputs: [value('x', 'FP32', ['N', parts.inputs])],
        outputs: [value('logits', 'FP32', ['N', parts.outputs])],
        nodes: parts.nodes,
        constants: parts.constants,
      }),
    ),
  );
}

/** Only `score` FP32 `[N, 1]` in [0, 1]. */
export function binaryScore(options: MlpOptions = {}): Uint8Array {
  const parts = network({ ...options, outputs: 1 });
  return encodeModel(
    model(
      graph('binary_score', {
        inputs: [value('x', 'FP32', ['N', parts.inputs])],
        outputs: [value('score', 'FP32', ['N', 1])],
        nodes: [...parts.nodes, node('Sigmoid', ['logits'], ['score'])],
        constants: parts.constants,
      }),
    ),
  );
}

/** `variable` FP32 `[N, 1]` = x · weights + bias. */
export function linearRegression(
  options: { readonly weights?: readonly number[]; readonly bias?: number } = {},
): Uint8Array {
  const weights = options.weights ?? [1, 2, 3];
  return encodeModel(
    model(
      graph('linear_regression', {
        inputs: [value('x', 'FP32', ['N', weights.length])],
        outputs: [value('variable', 'FP32', ['N', 1])],
        nodes: [node('Gemm', ['x', 'weights', 'bias'], ['variable'])],
        constants: [
          float32('weights', [weights.length, 1], weights),
          float32('bias', [1], [options.bias ?? 0.5]),
        ],
      }),
    ),
  );
}

/** `y` = `x`, of any datatype; −1 is a dynamic dimension. */
export function identity(datatype: Datatype, shape: readonly number[]): Uint8Array {
  const dimensions = shape.map((length, i) => (length === -1 ? (i === 0 ? 'N' : `D${i}`) : length));
  return encodeModel(
    model(
      graph('identity', {
        inputs: [value('x', datatype, dimensions)],
        outputs: [value('y', datatype, dimensions)],
        nodes: [node('Identity', ['x'], ['y'])],
      }),
    ),
  );
}
