import type { Tensor } from '../../src/protocol/tensor.ts';
import { type AttributeValue, graph, model, node } from '../../src/repository/onnx/build-model.ts';
import type { OnnxModel, OnnxNode, OnnxValue } from '../../src/repository/onnx/model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';
import type { Weights } from './weights.ts';

/** A model while it is drawn up, layer by layer. Every method returns the name of what it made. */
export class Layers {
  readonly weights: Weights;
  readonly #nodes: Draft<OnnxNode>[] = [];
  readonly #constants: Tensor[] = [];

  constructor(weights: Weights) {
    this.weights = weights;
  }

  /** One operator with one output. */
  apply(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    this.#nodes.push(node(opType, inputs, [output], attributes));
    return output;
  }

  /** A node that `apply` cannot make: of another domain, or with several outputs. */
  add(made: Draft<OnnxNode>): void {
    this.#nodes.push(made);
  }

  /** What the graph needs and nobody would train: shapes, axes, factors. */
  constant(tensor: Tensor): string {
    this.#constants.push(tensor);
    return tensor.name;
  }

  /** The model as far as it got; without its parameters where they are only counted. */
  model(
    name: string,
    inputs: readonly Draft<OnnxValue>[],
    outputs: readonly Draft<OnnxValue>[],
  ): Draft<OnnxModel> {
    const constants = [...this.weights.tensors, ...this.#constants];
    return model(graph(name, { inputs, outputs, nodes: this.#nodes, constants }));
  }
}
