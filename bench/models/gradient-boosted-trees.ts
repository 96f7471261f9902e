import { node, value } from '../../src/repository/onnx/build-model.ts';
import type { OnnxModel } from '../../src/repository/onnx/model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';
import { Layers } from './layers.ts';
import { type ForestSize, randomTree, type TreeNode } from './random-trees.ts';
import type { Weights } from './weights.ts';

export const usualForest: ForestSize = { trees: 500, depth: 6, features: 30 };

/**
 * A binary classifier of gradient-boosted trees as exports of XGBoost and LightGBM have it, one TreeEnsembleClassifier:
 * `x` FP32 [N,features] to `label` INT64 [N] and `probabilities` FP32 [N,2]. Every leaf adds to the log-odds of class 1.
 * Its parameters are the thresholds and the leaves' weights.
 */
export function gradientBoostedTrees(weights: Weights, size: ForestSize = usualForest): Draft<OnnxModel> {
  const trees = Array.from({ length: size.trees }, () => randomTree(weights.random, size));
  const nodes = trees.flatMap((tree, treeId) => tree.map((made, nodeId) => ({ treeId, nodeId, made })));
  const leaves = nodes.filter(({ made }) => made.kind === 'leaf');
  weights.inAttributes(nodes.length);
  const integers = (of: (tree: TreeNode) => number): bigint[] => nodes.map(({ made }) => BigInt(of(made)));
  const layers = new Layers(weights);
  layers.add(
    node(
      'TreeEnsembleClassifier',
      ['x'],
      ['label', 'probabilities'],
      {
        base_values: [0],
        classlabels_int64s: [0n, 1n],
        post_transform: 'LOGISTIC',
        nodes_treeids: nodes.map(({ treeId }) => BigInt(treeId)),
        nodes_nodeids: nodes.map(({ nodeId }) => BigInt(nodeId)),
        nodes_modes: nodes.map(({ made }) => (made.kind === 'split' ? 'BRANCH_LT' : 'LEAF')),
        nodes_featureids: integers((made) => (made.kind === 'split' ? made.feature : 0)),
        nodes_values: nodes.map(({ made }) => (made.kind === 'split' ? made.threshold : 0)),
        nodes_truenodeids: integers((made) => (made.kind === 'split' ? made.whenLess : 0)),
        nodes_falsenodeids: integers((made) => (made.kind === 'split' ? made.otherwise : 0)),
        nodes_hitrates: nodes.map(() => 1),
        nodes_missing_value_tracks_true: nodes.map(() => 0n),
        class_treeids: leaves.map(({ treeId }) => BigInt(treeId)),
        class_nodeids: leaves.map(({ nodeId }) => BigInt(nodeId)),
        class_ids: leaves.map(() => 0n),
        class_weights: leaves.map(({ made }) => (made.kind === 'leaf' ? made.weight : 0)),
      },
      'ai.onnx.ml',
    ),
  );
  return layers.model(
    'gradient-boosted-trees',
    [value('x', 'FP32', ['N', size.features])],
    [value('label', 'INT64', ['N']), value('probabilities', 'FP32', ['N', 2])],
  );
}
