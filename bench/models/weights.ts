import type { Random } from '../../models/training/random.ts';
import type { Tensor } from '../../src/protocol/tensor.ts';

/**
 * Where a model gets its parameters from. An architecture asks for them by name and shape, so that one description both
 * makes a file and tells how many parameters that file would hold. Each method returns the name it was given.
 */
export interface Weights {
  /** For what is drawn but is no tensor, such as the splits of a tree. */
  readonly random: Random;
  /** What was drawn so far; empty where parameters are only counted. */
  readonly tensors: readonly Tensor[];
  readonly parameters: number;
  /** Normal with mean 0. */
  normal(name: string, shape: readonly number[], deviation: number): string;
  /** Uniform with mean 0 and this standard deviation: the same signal as a normal for a quarter of the time. */
  uniform(name: string, shape: readonly number[], deviation: number): string;
  filled(name: string, shape: readonly number[], value: number): string;
  /** Counts parameters that stand in a node's attributes instead of in a tensor. */
  inAttributes(parameters: number): void;
}
