import { float32, graph, int64, model, node, value } from '../../../src/repository/onnx/build-model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';

/** Row by row; a request's row is multiplied by it from the left. */
export type Matrix = readonly (readonly number[])[];

/** Input `x` FP32 `[N, rows]`; output `embedding` (or `name`) FP32 `[N, columns]` = x · matrix. */
export function embedder(matrix: Matrix, name = 'embedding'): Uint8Array {
  return product('embedder', matrix, name);
}

/** As `embedder`, with a score for each item as the output `scores`. */
export function scoredItems(matrix: Matrix): Uint8Array {
  return product('scored_items', matrix, 'scores');
}

/** The k items of the largest scores x · matrix: `item_ids` INT64 `[N, k]`, best first, and their `item_scores`. */
export function ranker(matrix: Matrix, k: number): Uint8Array {
  return encodeModel(
    model(
      graph('ranker', {
        inputs: [value('x', 'FP32', ['N', matrix.length])],
        outputs: [value('item_scores', 'FP32', ['N', k]), value('item_ids', 'INT64', ['N', k])],
        nodes: [
          node('MatMul', ['x', 'matrix'], ['all']),
          node('TopK', ['all', 'k'], ['item_scores', 'item_ids'], { axis: 1n }),
        ],
        constants: [matrixConstant(matrix), int64('k', [1], [k])],
      }),
    ),
  );
}

function product(name: string, matrix: Matrix, output: string): Uint8Array {
  return encodeModel(
    model(
      graph(name, {
        inputs: [value('x', 'FP32', ['N', matrix.length])],
        outputs: [value(output, 'FP32', ['N', matrix[0]?.length ?? 0])],
        nodes: [node('MatMul', ['x', 'matrix'], [output])],
        constants: [matrixConstant(matrix)],
      }),
    ),
  );
}

function matrixConstant(matrix: Matrix) {
  return float32('matrix', [matrix.length, matrix[0]?.length ?? 0], matrix.flat());
}
