import { Random } from '../../models/training/random.ts';
import { elementCount } from '../../src/protocol/tensor.ts';
import type { Weights } from './weights.ts';

/** Counts the parameters of an architecture without making them. */
export class CountedWeights implements Weights {
  readonly random: Random;
  readonly tensors = [];
  #parameters = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  get parameters(): number {
    return this.#parameters;
  }

  normal(name: string, shape: readonly number[]): string {
    return this.#count(name, shape);
  }

  uniform(name: string, shape: readonly number[]): string {
    return this.#count(name, shape);
  }

  filled(name: string, shape: readonly number[]): string {
    return this.#count(name, shape);
  }

  inAttributes(parameters: number): void {
    this.#parameters += parameters;
  }

  #count(name: string, shape: readonly number[]): string {
    this.#parameters += elementCount(shape);
    return name;
  }
}
