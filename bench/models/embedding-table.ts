import { float32, value } from '../../src/repository/onnx/build-model.ts';
import type { OnnxModel } from '../../src/repository/onnx/model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';
import { Layers } from './layers.ts';
import type { Weights } from './weights.ts';

export interface TableSize {
  readonly rows: number;
  readonly dimension: number;
}

/** 256 MB: more than any cache, so that what is measured is memory. */
export const usualTable: TableSize = { rows: 1_000_000, dimension: 64 };

/**
 * The lookup of a recommender: bags of `ids` INT64 [N,K], below the table's rows, to `embedding` FP32 [N,dimension], the
 * mean of the ids' vectors, brought to length 1 as torch.nn.functional.normalize is exported.
 */
export function embeddingTable(
  weights: Weights,
  { rows, dimension }: TableSize = usualTable,
): Draft<OnnxModel> {
  const layers = new Layers(weights);
  const table = weights.uniform('table', [rows, dimension], 1 / Math.sqrt(dimension));
  const vectors = layers.apply('Gather', [table, 'ids'], 'vectors', { axis: 0n });
  const pooled = layers.apply('ReduceMean', [vectors], 'pooled', { axes: [1n], keepdims: 0n });
  const length = layers.apply('ReduceL2', [pooled], 'length', { axes: [1n], keepdims: 1n });
  const shortest = layers.constant(float32('shortest', [], [1e-12]));
  const divisor = layers.apply('Clip', [length, shortest], 'divisor');
  layers.apply('Div', [pooled, divisor], 'embedding');
  return layers.model(
    'embedding-table',
    [value('ids', 'INT64', ['N', 'K'])],
    [value('embedding', 'FP32', ['N', dimension])],
  );
}
