import { graph, model, node, value } from '../../../src/repository/onnx/build-model.ts';
import type { OnnxNode } from '../../../src/repository/onnx/model.ts';
import { encodeModel } from '../../../src/repository/onnx/read-model.ts';
import type { Draft } from '../../../src/repository/onnx/schema.ts';
import { linearClassifier, zipMapOutputs } from './zip-maps.ts';

export interface ExternalDataOptions {
  readonly location?: string;
  readonly offset?: number;
  readonly length?: number;
}

/** `linearRegression` whose 3 weights (12 bytes) lie in another file, which is for the test to write or to leave out. */
export function externalData(options: ExternalDataOptions = {}): Uint8Array {
  const built = model(
    graph('external_data', {
      inputs: [value('x', 'FP32', ['N', 3])],
      outputs: [value('variable', 'FP32', ['N', 1])],
      nodes: [node('MatMul', ['x', 'weights'], ['variable'])],
    }),
  );
  return encodeModel({
    ...built,
    graph: { ...built.graph, initializer: [externalTensor('weights', [3, 1], options)] },
  });
}

/**
 * y = x + weights, with as many FP32 weights in `weights.bin` as there are columns. The runtime would leave them in the file, mapped.
 * Within a branch of an `If` where that is asked for.
 */
export function externalSum(columns: number, isInBranch = false): Uint8Array {
  return externalWeights({
    ...{ count: columns, columns, isInBranch },
    nodes: [node('Add', ['x', 'weights'], ['y'])],
  });
}

/** y = weights[x], of `count` FP32 weights as those of `externalSum`: answers stay small where weights are large. */
export function externalTable(count: number, isInBranch = false): Uint8Array {
  return externalWeights({
    ...{ count, columns: 'M', isInBranch },
    nodes: [node('Cast', ['x'], ['index'], { to: 7n }), node('Gather', ['weights', 'index'], ['y'])],
  });
}

interface ExternalWeights {
  readonly count: number;
  readonly columns: number | string;
  readonly isInBranch: boolean;
  /** From `x` and `weights` to `y`. */
  readonly nodes: readonly Draft<OnnxNode>[];
}

function externalWeights({ count, columns, isInBranch, nodes }: ExternalWeights): Uint8Array {
  const initializer = [externalTensor('weights', [count], { length: 4 * count })];
  const y = value('y', 'FP32', ['N', columns]);
  const branch = { graph: { ...graph('branch', { inputs: [], outputs: [y], nodes }), initializer } };
  const built = model(
    graph('external_weights', {
      inputs: [value('x', 'FP32', ['N', columns])],
      outputs: [y],
      nodes: isInBranch
        ? [
            node('Constant', [], ['one'], { value_int: 1n }),
            node('Cast', ['one'], ['condition'], { to: 9n }),
            node('If', ['condition'], ['y'], { then_branch: branch, else_branch: branch }),
          ]
        : nodes,
    }),
  );
  if (isInBranch) return encodeModel(built);
  return encodeModel({ ...built, graph: { ...built.graph, initializer } });
}

/** As `externalData`, where the file is not there. */
export function externalDataMissing(): Uint8Array {
  return externalData({ location: 'weights.bin' });
}

/** A ZipMap behind a matrix in another file: both kinds of change at once. */
export function externalZipMap(options: ExternalDataOptions = {}): Uint8Array {
  const classes = ['no', 'yes'];
  const built = model(
    graph('external_zip_map', {
      inputs: [value('x', 'FP32', ['N', 3])],
      outputs: zipMapOutputs(classes),
      nodes: [node('MatMul', ['x', 'weights'], ['column']), ...linearClassifier('column', classes, [1], 0)],
    }),
  );
  return encodeModel({
    ...built,
    graph: { ...built.graph, initializer: [externalTensor('weights', [3, 1], options)] },
  });
}

function externalTensor(name: string, shape: readonly number[], options: ExternalDataOptions) {
  const entries = {
    location: options.location ?? 'weights.bin',
    ...(options.offset === undefined ? {} : { offset: String(options.offset) }),
    ...(options.length === undefined ? {} : { length: String(options.length) }),
  };
  return {
    name,
    dims: shape.map(BigInt),
    dataType: 1,
    dataLocation: 1,
    externalData: Object.entries(entries).map(([key, text]) => ({ key, value: text })),
  };
}
