import { float32, graph, int64, model, node, value } from '../../../src/repository/onnx/build-model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';

/**
 * `index` INT64 `[N]` → `found` FP32 `[N, 1]`: 10, 11, 12, 13 for 0 to 3, or from another number on. Fails on any other index, as an
 * embedding does.
 */
export function lookup(from = 0): Uint8Array {
  return encodeModel(
    model(
      graph('lookup', {
        inputs: [value('index', 'INT64', ['N'])],
        outputs: [value('found', 'FP32', ['N', 1])],
        nodes: [
          node('Sub', ['index', 'from'], ['place']),
          node('Gather', ['table', 'place'], ['found'], { axis: 0n }),
        ],
        constants: [float32('table', [4, 1], [10, 11, 12, 13]), int64('from', [], [from])],
      }),
    ),
  );
}

/** `left` FP32 `[N, 2]` and `right` FP32 `[N, 3]` → `sum` FP32 `[N, 1]` of all five, the i-th times i. */
export function twoTensors(): Uint8Array {
  return encodeModel(
    model(
      graph('two_tensors', {
        inputs: [value('left', 'FP32', ['N', 2]), value('right', 'FP32', ['N', 3])],
        outputs: [value('sum', 'FP32', ['N', 1])],
        nodes: [
          node('Concat', ['left', 'right'], ['columns'], { axis: 1n }),
          node('MatMul', ['columns', 'weights'], ['sum']),
        ],
        constants: [float32('weights', [5, 1], [1, 2, 3, 4, 5])],
      }),
    ),
  );
}
