import { Random } from '../../models/training/random.ts';
import { elementCount, type Tensor } from '../../src/protocol/tensor.ts';
import type { Weights } from './weights.ts';

/** Weights of one seed: the same on every machine, as long as they are asked for in the same order. */
export class SeededWeights implements Weights {
  readonly random: Random;
  readonly #tensors: Tensor[] = [];
  #parameters = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  get tensors(): readonly Tensor[] {
    return this.#tensors;
  }

  get parameters(): number {
    return this.#parameters;
  }

  normal(name: string, shape: readonly number[], deviation: number): string {
    const data = this.#add(name, shape);
    for (let i = 0; i < data.length; i++) data[i] = this.random.normal() * deviation;
    return name;
  }

  uniform(name: string, shape: readonly number[], deviation: number): string {
    const data = this.#add(name, shape);
    // A uniform on [−w, w] has standard deviation w / √3.
    const width = 2 * Math.sqrt(3) * deviation;
    for (let i = 0; i < data.length; i++) data[i] = (this.random.bits() / 2 ** 32 - 0.5) * width;
    return name;
  }

  filled(name: string, shape: readonly number[], value: number): string {
    this.#add(name, shape).fill(value);
    return name;
  }

  inAttributes(parameters: number): void {
    this.#parameters += parameters;
  }

  #add(name: string, shape: readonly number[]): Float32Array {
    const data = new Float32Array(elementCount(shape));
    this.#tensors.push({ name, datatype: 'FP32', shape, data });
    this.#parameters += data.length;
    return data;
  }
}
