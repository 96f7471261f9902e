import type { Random } from '../../models/training/random.ts';

export interface ForestSize {
  readonly trees: number;
  readonly depth: number;
  readonly features: number;
}

/** A node of a tree: a split has children, a leaf has a weight. Numbered within its tree from the root, 0, on. */
export type TreeNode =
  | {
      readonly kind: 'split';
      readonly feature: number;
      readonly threshold: number;
      readonly whenLess: number;
      readonly otherwise: number;
    }
  | { readonly kind: 'leaf'; readonly weight: number };

/** Below this depth some branches end early, as they do where too few rows are left to split. */
const alwaysSplit = 3;
const endsEarly = 0.1;
/** As a boosted tree's leaves are after shrinkage: hundreds of them add up to a log-odds of about ±1. */
const leafDeviation = 0.05;

/**
 * A tree with random splits over features in [0, 1). A threshold lies inside what the splits above leave of its
 * feature's range, so that every leaf can be reached and rows really part ways.
 */
export function randomTree(random: Random, { depth, features }: ForestSize): TreeNode[] {
  const nodes: TreeNode[] = [];
  const lowest = new Array<number>(features).fill(0);
  const highest = new Array<number>(features).fill(1);

  const grow = (level: number): number => {
    const id = nodes.length;
    const ends = level === depth || (level > alwaysSplit && random.uniform() < endsEarly);
    nodes.push({ kind: 'leaf', weight: random.normal() * leafDeviation });
    if (ends) return id;
    const feature = random.integer(features);
    const [low, high] = [lowest[feature]!, highest[feature]!];
    const threshold = low + (high - low) * (0.2 + 0.6 * random.uniform());
    highest[feature] = threshold;
    const whenLess = grow(level + 1);
    highest[feature] = high;
    lowest[feature] = threshold;
    const otherwise = grow(level + 1);
    lowest[feature] = low;
    nodes[id] = { kind: 'split', feature, threshold, whenLess, otherwise };
    return id;
  };
  grow(0);
  return nodes;
}
