import { bert } from '../../../bench/models/bert.ts';
import type { BertSize } from '../../../bench/models/bert-size.ts';
import type { BenchModel } from '../../../bench/models/catalogue.ts';
import { embeddingTable } from '../../../bench/models/embedding-table.ts';
import { gradientBoostedTrees } from '../../../bench/models/gradient-boosted-trees.ts';
import { resnet50 } from '../../../bench/models/resnet50.ts';
import { SeededWeights } from '../../../bench/models/seeded-weights.ts';
import { tabularMlp } from '../../../bench/models/tabular-mlp.ts';
import type { Weights } from '../../../bench/models/weights.ts';
import type { TensorSpec } from '../../../src/protocol/signature.ts';
import type { OnnxModel } from '../../../src/repository/onnx/model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';
import type { Draft } from '../../../src/repository/onnx/schema.ts';

export const smallForest = { trees: 50, depth: 6, features: 30 };
export const smallTable = { rows: 1000, dimension: 16 };
export const smallBert: BertSize = {
  ...{ layers: 2, hidden: 32, heads: 4, feedForward: 64 },
  ...{ vocabulary: 100, positions: 16, classes: 2 },
};
const smallResNet = { width: 4, blocks: [2, 1, 1, 1], classes: 10, pixels: 64 };

/** An architecture of the bench at a size that takes milliseconds, and what is known of it. */
export interface SmallModel extends Omit<BenchModel, 'deployment'> {
  readonly inputs: readonly TensorSpec[];
  /** The shape of each output for so many rows. */
  outputs(rows: number): Readonly<Record<string, readonly number[]>>;
  readonly task: string;
}

const nothing = { shapes: new Map(), ranges: new Map() };

export const smallModels: readonly SmallModel[] = [
  {
    name: 'tabular-mlp',
    build: (weights) => tabularMlp(weights),
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 32] }],
    outputs: (rows) => ({ label: [rows], probabilities: [rows, 4] }),
    task: 'classification',
    ...nothing,
  },
  {
    name: 'gradient-boosted-trees',
    build: (weights) => gradientBoostedTrees(weights, smallForest),
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 30] }],
    outputs: (rows) => ({ label: [rows], probabilities: [rows, 2] }),
    task: 'classification',
    ...nothing,
  },
  {
    name: 'resnet50',
    build: (weights) => resnet50(weights, smallResNet),
    inputs: [{ name: 'image', datatype: 'FP32', shape: [-1, 3, 64, 64] }],
    outputs: (rows) => ({ logits: [rows, 10] }),
    task: 'classification',
    ...nothing,
  },
  {
    name: 'bert',
    build: (weights) => bert(weights, smallBert),
    inputs: [
      { name: 'input_ids', datatype: 'INT64', shape: [-1, -1] },
      { name: 'attention_mask', datatype: 'INT64', shape: [-1, -1] },
    ],
    outputs: (rows) => ({ logits: [rows, 2] }),
    task: 'classification',
    shapes: new Map([
      ['input_ids', [12]],
      ['attention_mask', [12]],
    ]),
    ranges: new Map([['input_ids', { low: 0, high: smallBert.vocabulary - 1 }]]),
  },
  {
    name: 'embedding-table',
    build: (weights) => embeddingTable(weights, smallTable),
    inputs: [{ name: 'ids', datatype: 'INT64', shape: [-1, -1] }],
    outputs: (rows) => ({ embedding: [rows, smallTable.dimension] }),
    task: 'embedding',
    shapes: new Map([['ids', [5]]]),
    ranges: new Map([['ids', { low: 0, high: smallTable.rows - 1 }]]),
  },
];

/** The file of an architecture with weights of a seed. */
export function fileOf(build: (weights: Weights) => Draft<OnnxModel>, seed = 1): Uint8Array {
  return encodeModel(build(new SeededWeights(seed)));
}
