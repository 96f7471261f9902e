import { float32, graph, int64, node, value } from '../../../src/repository/onnx/build-model.ts';
import { classifier, type MlpOptions } from './network.ts';

/** Input `x` FP32 `[N, inputs]`; outputs `label` INT64 `[N]` and `probabilities` FP32 `[N, outputs]`. */
export function mlp(options: MlpOptions = {}): Uint8Array {
  return classifier(options);
}

/** Loads, and fails whatever it is given: it looks up an element that is not there. Signature of `mlp`. */
export function throwing(options: MlpOptions = {}): Uint8Array {
  return classifier({
    ...options,
    tail: [
      node('ArgMax', ['logits'], ['class'], { axis: 1n, keepdims: 1n }),
      node('Add', ['class', 'far_away'], ['index']),
      node('Gather', ['nothing', 'index'], ['missing'], { axis: 0n }),
      node('Add', ['logits', 'missing'], ['shaped']),
    ],
    constants: [int64('far_away', [1], [1000]), float32('nothing', [1], [0])],
  });
}

export interface SlowOptions extends MlpOptions {
  readonly milliseconds: number;
  /** Only runs with a row whose first column is above this are slow; all are when left out. */
  readonly above?: number;
}

/** A model that takes roughly this long for a run of any size, on one thread of a usual machine. Signature of `mlp`. */
export function slow(options: SlowOptions): Uint8Array {
  const size = 128;
  // A product of two 128 × 128 matrices takes about this long; it varies by a factor of two between machines.
  const millisecondsPerRound = 0.04;
  const rounds = Math.max(1, Math.round(options.milliseconds / millisecondsPerRound));
  const identityMatrix = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  const body = graph('round', {
    inputs: [value('round', 'INT64', []), value('go_on', 'BOOL', []), value('before', 'FP32', [size, size])],
    outputs: [value('still', 'BOOL', []), value('after', 'FP32', [size, size])],
    nodes: [node('Identity', ['go_on'], ['still']), node('MatMul', ['before', 'rotation'], ['after'])],
  });
  return classifier({
    ...options,
    // What goes in depends on the input, or the optimizer would do the work once, at load.
    tail: [
      node('ReduceMean', ['logits'], ['middle'], { keepdims: 0n }),
      node('Expand', ['middle', 'square'], ['start']),
      node('Gather', ['x', 'first'], ['column'], { axis: 1n }),
      node('ReduceMax', ['column'], ['largest'], { keepdims: 0n }),
      node('Greater', ['largest', 'limit'], ['is_above']),
      node('Cast', ['is_above'], ['is_slow'], { to: 7n }),
      node('Mul', ['rounds', 'is_slow'], ['trips']),
      node('Loop', ['trips', '', 'start'], ['end'], { body: { graph: body } }),
      node('ReduceMean', ['end'], ['same_middle'], { keepdims: 0n }),
      node('Sub', ['same_middle', 'same_middle'], ['zero']),
      node('Add', ['logits', 'zero'], ['shaped']),
    ],
    constants: [
      int64('square', [2], [size, size]),
      int64('rounds', [], [rounds]),
      int64('first', [1], [0]),
      float32('limit', [], [options.above ?? -3.4e38]),
      float32('rotation', [size, size], identityMatrix),
    ],
  });
}

/** NaN in the probabilities of rows whose first column is negative. Signature of `mlp`. */
export function nanOnNegative(options: MlpOptions = {}): Uint8Array {
  return classifier({
    ...options,
    tail: [
      node('Gather', ['x', 'first'], ['column'], { axis: 1n }),
      node('Sqrt', ['column'], ['root']),
      node('Sub', ['root', 'root'], ['zero_or_nan']),
      node('Add', ['logits', 'zero_or_nan'], ['shaped']),
    ],
    constants: [int64('first', [1], [0])],
  });
}

/** A dynamic first dimension whose rows are not independent: the mean over the batch is taken off. Signature of `mlp`. */
export function sequenceMajor(options: MlpOptions = {}): Uint8Array {
  return classifier({
    ...options,
    tail: [
      node('ReduceMean', ['logits'], ['middle'], { axes: [0n], keepdims: 1n }),
      node('Sub', ['logits', 'middle'], ['shaped']),
    ],
  });
}

/** Takes exactly `rows` rows. */
export function fixedBatch(options: MlpOptions & { readonly rows?: number } = {}): Uint8Array {
  return classifier({ ...options, rows: options.rows ?? 4 });
}
