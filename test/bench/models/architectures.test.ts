import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bert } from '../../../bench/models/bert.ts';
import { benchModels, parametersOf } from '../../../bench/models/catalogue.ts';
import { embeddingTable, usualTable } from '../../../bench/models/embedding-table.ts';
import { gradientBoostedTrees, usualForest } from '../../../bench/models/gradient-boosted-trees.ts';
import { randomTree, type TreeNode } from '../../../bench/models/random-trees.ts';
import { SeededWeights } from '../../../bench/models/seeded-weights.ts';
import { tabularMlp } from '../../../bench/models/tabular-mlp.ts';
import { Random } from '../../../models/training/random.ts';
import { int64 } from '../../../src/repository/onnx/build-model.ts';
import { runModel } from '../../repository/onnx/run-model.ts';
import { fileOf, smallBert, smallForest, smallModels, smallTable } from './small-models.ts';

const numbersOf = (tensor: { data: ArrayLike<unknown> } | undefined): number[] =>
  Array.from(tensor?.data ?? [], Number);

describe('the architectures of the bench', () => {
  it('have the parameters of what people serve, counted without making them', () => {
    const counted = Object.fromEntries(
      benchModels(usualTable).map((model) => [model.name, parametersOf(model, 1)]),
    );
    expect(counted).toMatchObject({
      'tabular-mlp': 32 * 64 + 64 + 64 * 64 + 64 + 64 * 4 + 4,
      // torchvision's 25,557,032, less one of the two parameters that batch normalisation has for each of 26,560 channels.
      resnet50: 25_557_032 - 26_560,
      // bert-base-uncased has 109,482,240 without a head, BERT-Mini 11,170,560; 2 classes come on top.
      'bert-base': 109_482_240 + 768 * 2 + 2,
      'bert-mini': 11_170_560 + 256 * 2 + 2,
      'embedding-table': 64_000_000,
    });
  });

  it('have as many parameters as are counted', () => {
    for (const model of smallModels) {
      const weights = new SeededWeights(1);
      model.build(weights);
      expect(weights.parameters).toBe(parametersOf({ ...model, deployment: null }, 1));
    }
  });

  it('of the MLP are the ones that earlier figures were measured with', () => {
    const sha256 = createHash('sha256').update(fileOf(tabularMlp, 7)).digest('hex');
    expect(sha256).toBe('992b2a2c1c163ee72fe81ddd0c7a9be69a7fbb1bb6b746e0fb986e1c10cb15ef');
  });
});

describe('gradient-boosted trees', () => {
  /** The weight of the leaf that a row falls into. */
  function leafOf(tree: readonly TreeNode[], row: readonly number[]): number {
    let at = tree[0]!;
    while (at.kind === 'split') at = tree[row[at.feature]! < at.threshold ? at.whenLess : at.otherwise]!;
    return at.weight;
  }

  it('give the logistic function of the sum of the leaves a row falls into', async () => {
    const random = new Random(1);
    const trees = Array.from({ length: smallForest.trees }, () => randomTree(random, smallForest));
    const row = Array.from({ length: smallForest.features }, (_, i) => Math.fround(Math.sin(i) ** 2));
    const logOdds = trees.reduce((sum, tree) => sum + leafOf(tree, row), 0);
    const x = { name: 'x', datatype: 'FP32', shape: [1, row.length], data: Float32Array.from(row) } as const;
    const outputs = await runModel(
      fileOf((weights) => gradientBoostedTrees(weights, smallForest)),
      [x],
    );
    const probability = 1 / (1 + Math.exp(-logOdds));
    expect(numbersOf(outputs.get('probabilities'))[0]).toBeCloseTo(1 - probability, 5);
    expect(numbersOf(outputs.get('probabilities'))[1]).toBeCloseTo(probability, 5);
    expect(numbersOf(outputs.get('label'))).toEqual([logOdds > 0 ? 1 : 0]);
  });

  it('are no deeper than asked, and mostly full', () => {
    const random = new Random(1);
    const leaves = Array.from({ length: usualForest.trees }, () => randomTree(random, usualForest)).map(
      (tree) => tree.filter(({ kind }) => kind === 'leaf').length,
    );
    expect(Math.max(...leaves)).toBeLessThanOrEqual(2 ** usualForest.depth);
    expect(leaves.reduce((sum, count) => sum + count) / leaves.length).toBeGreaterThan(48);
  });
});

describe('BERT', () => {
  const run = async (ids: readonly number[], mask: readonly number[]): Promise<number[]> => {
    const shape = [1, ids.length];
    const inputs = [int64('input_ids', shape, ids), int64('attention_mask', shape, mask)];
    return numbersOf(
      (
        await runModel(
          fileOf((weights) => bert(weights, smallBert)),
          inputs,
        )
      ).get('logits'),
    );
  };

  it('does not look at what the mask hides, nor is its answer changed by padding', async () => {
    const whole = await run([3, 5, 8], [1, 1, 1]);
    for (const padding of [0, 77]) {
      const padded = await run([3, 5, 8, padding, padding], [1, 1, 1, 0, 0]);
      padded.forEach((logit, i) => {
        expect(logit).toBeCloseTo(whole[i]!, 5);
      });
    }
    expect(await run([3, 5, 9], [1, 1, 1])).not.toEqual(whole);
  });

  it('tells sequences of the same tokens in another order apart', async () => {
    expect(await run([3, 8, 5], [1, 1, 1])).not.toEqual(await run([3, 5, 8], [1, 1, 1]));
  });

  it('gives finite logits for nothing but padding, and for a sequence as long as it has positions', async () => {
    const longest = new Array<number>(smallBert.positions).fill(1);
    for (const mask of [longest.map(() => 0), longest]) {
      expect((await run(longest, mask)).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('the embedding table', () => {
  it('gives the mean of the vectors of a bag, brought to length 1', async () => {
    const weights = new SeededWeights(1);
    embeddingTable(weights, smallTable);
    const table = numbersOf(weights.tensors[0]);
    const { dimension } = smallTable;
    const bag = [4, 999, 4];
    const sum = Array.from({ length: dimension }, (_, i) =>
      bag.reduce((total, id) => total + table[id * dimension + i]!, 0),
    );
    const length = Math.hypot(...sum);
    const file = fileOf((drawn) => embeddingTable(drawn, smallTable));
    const outputs = await runModel(file, [int64('ids', [1, 3], bag)]);
    numbersOf(outputs.get('embedding')).forEach((value, i) => {
      expect(value).toBeCloseTo(sum[i]! / length, 5);
    });
  });
});
