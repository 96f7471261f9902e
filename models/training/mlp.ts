import { Adam } from './adam.ts';
import type { Matrix } from './matrix.ts';
import { Random } from './random.ts';

/** A fully connected layer: weights `[outputs, inputs]` row-major, one bias per output. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** ReLU between the layers; what the last one gives are logits of the classes. */
export type Network = readonly Layer[];

export interface TrainingOptions {
  /** Neurons of the hidden layers; none for logistic regression. */
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batchSize: number;
  /** At the start; it falls to zero along a cosine. */
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly seed: number;
}

const classes = 2;

/** Minimises the cross entropy of 0/1 labels on standardised features, with minibatches and Adam. */
export function trainMlp(features: Matrix, labels: Uint8Array, options: TrainingOptions): Network {
  const random = new Random(options.seed);
  const widths = [features.columns, ...options.hidden, classes];
  const network = widths.slice(1).map((outputs, i) => initialLayer(widths[i]!, outputs, random));
  const training = new BackPropagation(network, options.weightDecay);
  const batches = Math.ceil(features.rows / options.batchSize);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = random.permutation(features.rows);
    for (let batch = 0; batch < batches; batch++) {
      const rows = order.subarray(batch * options.batchSize, (batch + 1) * options.batchSize);
      for (const row of rows) {
        const start = row * features.columns;
        training.accumulate(features.data.subarray(start, start + features.columns), labels[row]!);
      }
      const progress = (epoch * batches + batch) / (options.epochs * batches);
      training.step(rows.length, options.learningRate * 0.5 * (1 + Math.cos(Math.PI * progress)));
    }
  }
  return network;
}

/** He et al. 2015: variance 2 / inputs, fit for ReLU. */
function initialLayer(inputs: number, outputs: number, random: Random): Layer {
  const deviation = Math.sqrt(2 / inputs);
  return {
    inputs,
    outputs,
    weights: Float64Array.from({ length: inputs * outputs }, () => random.normal() * deviation),
    biases: new Float64Array(outputs),
  };
}

/** One layer with what training needs beside it. */
interface TrainedLayer extends Layer {
  readonly activations: Float64Array;
  /** Slope of the loss by this layer's pre-activations, of one row. */
  readonly slopes: Float64Array;
  readonly weightGradient: Float64Array;
  readonly biasGradient: Float64Array;
  readonly weightOptimizer: Adam;
  readonly biasOptimizer: Adam;
}

class BackPropagation {
  readonly #layers: readonly TrainedLayer[];

  constructor(network: Network, weightDecay: number) {
    this.#layers = network.map((layer) => ({
      ...layer,
      activations: new Float64Array(layer.outputs),
      slopes: new Float64Array(layer.outputs),
      weightGradient: new Float64Array(layer.weights.length),
      biasGradient: new Float64Array(layer.outputs),
      weightOptimizer: new Adam(layer.weights, weightDecay),
      biasOptimizer: new Adam(layer.biases, 0),
    }));
  }

  /** Adds one row's gradient to what the next step follows. */
  accumulate(row: Float64Array, label: number): void {
    const last = this.#layers.length - 1;
    let input = row;
    for (const [i, layer] of this.#layers.entries()) {
      forward(layer, input, i < last);
      input = layer.activations;
    }
    crossEntropySlopes(this.#layers[last]!, label);
    for (let i = last; i >= 0; i--) {
      const before = this.#layers[i - 1];
      backward(this.#layers[i]!, before?.activations ?? row, before?.slopes ?? null);
    }
  }

  step(batchSize: number, learningRate: number): void {
    for (const layer of this.#layers) {
      layer.weightOptimizer.step(layer.weightGradient, 1 / batchSize, learningRate);
      layer.biasOptimizer.step(layer.biasGradient, 1 / batchSize, learningRate);
    }
  }
}

function forward(layer: TrainedLayer, input: Float64Array, rectified: boolean): void {
  const { inputs, outputs, weights, biases, activations } = layer;
  for (let output = 0; output < outputs; output++) {
    const start = output * inputs;
    let sum = biases[output]!;
    for (let i = 0; i < inputs; i++) sum += weights[start + i]! * input[i]!;
    activations[output] = rectified && sum < 0 ? 0 : sum;
  }
}

/** Softmax and cross entropy together: probability minus 1 for the label's class, probability for the others. */
function crossEntropySlopes(layer: TrainedLayer, label: number): void {
  const largest = Math.max(...layer.activations);
  let total = 0;
  for (let i = 0; i < layer.outputs; i++) {
    const power = Math.exp(layer.activations[i]! - largest);
    layer.slopes[i] = power;
    total += power;
  }
  for (let i = 0; i < layer.outputs; i++) layer.slopes[i] = layer.slopes[i]! / total - (i === label ? 1 : 0);
}

function backward(layer: TrainedLayer, input: Float64Array, slopesBefore: Float64Array | null): void {
  const { inputs, outputs, weights, slopes, weightGradient, biasGradient } = layer;
  slopesBefore?.fill(0);
  for (let output = 0; output < outputs; output++) {
    const slope = slopes[output]!;
    if (slope === 0) continue;
    const start = output * inputs;
    biasGradient[output]! += slope;
    for (let i = 0; i < inputs; i++) weightGradient[start + i]! += slope * input[i]!;
    if (slopesBefore === null) continue;
    // A rectified input of 0 passes no slope on.
    for (let i = 0; i < inputs; i++) if (input[i]! > 0) slopesBefore[i]! += slope * weights[start + i]!;
  }
}
