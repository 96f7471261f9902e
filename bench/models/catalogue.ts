import type { OnnxModel } from '../../src/repository/onnx/model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';
import type { InputRange } from '../inputs/input-range.ts';
import { bert } from './bert.ts';
import { bertBase, bertMini } from './bert-size.ts';
import { CountedWeights } from './counted-weights.ts';
import { embeddingTable, type TableSize } from './embedding-table.ts';
import { gradientBoostedTrees } from './gradient-boosted-trees.ts';
import { resnet50 } from './resnet50.ts';
import { tabularMlp } from './tabular-mlp.ts';
import type { Weights } from './weights.ts';

/** A model of the shape of what people serve, and what a request to it needs to be told. */
export interface BenchModel {
  /** Its name in the model repository. */
  readonly name: string;
  /** The architecture with these weights. */
  build(weights: Weights): Draft<OnnxModel>;
  /** What stands in deployment.yaml; null where the server finds everything by itself. */
  readonly deployment: string | null;
  /** Shapes of one row of inputs with dynamic dimensions, as `--shape` takes them. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What the inputs' values are drawn from where 0 to 1 would not be true to life, as `--input-range` takes it. */
  readonly ranges: ReadonlyMap<string, InputRange>;
}

/** All of them, smallest first. */
export function benchModels(table: TableSize): readonly BenchModel[] {
  const plain = { deployment: null, shapes: new Map(), ranges: new Map() };
  const tokens = [128];
  const sequences = {
    deployment: null,
    shapes: new Map([
      ['input_ids', tokens],
      ['attention_mask', tokens],
    ]),
    ranges: new Map([
      ['input_ids', { low: 0, high: bertBase.vocabulary - 1 }],
      ['attention_mask', { low: 1, high: 1 }],
    ]),
  };
  return [
    { name: 'tabular-mlp', build: (weights) => tabularMlp(weights), ...plain },
    { name: 'gradient-boosted-trees', build: (weights) => gradientBoostedTrees(weights), ...plain },
    { name: 'bert-mini', build: (weights) => bert(weights, bertMini), ...sequences },
    { name: 'resnet50', build: (weights) => resnet50(weights), ...plain },
    {
      name: 'embedding-table',
      build: (weights) => embeddingTable(weights, table),
      deployment: 'task: embedding\noutputs: { embedding: embedding }\n',
      shapes: new Map([['ids', [20]]]),
      ranges: new Map([['ids', { low: 0, high: table.rows - 1 }]]),
    },
    { name: 'bert-base', build: (weights) => bert(weights, bertBase), ...sequences },
  ];
}

/** How many parameters it has, without making them. */
export function parametersOf(model: BenchModel, seed: number): number {
  const weights = new CountedWeights(seed);
  model.build(weights);
  return weights.parameters;
}
