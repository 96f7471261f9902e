import { value } from '../../src/repository/onnx/build-model.ts';
import type { OnnxModel } from '../../src/repository/onnx/model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';
import { Layers } from './layers.ts';
import { SeededWeights } from './seeded-weights.ts';
import type { Weights } from './weights.ts';
import { writeModel } from './write-model.ts';

/** Number of features of a row. */
export const features = 32;
const classes = 4;
/** Widths of the hidden layers of the usual model. */
export const usual = [64, 64] as const;

/** A classifier of tabular data: `x` FP32 [N,32] to `label` INT64 [N] and `probabilities` FP32 [N,4]. */
export function tabularMlp(weights: Weights, hidden: readonly number[] = usual): Draft<OnnxModel> {
  const layers = new Layers(weights);
  const widths = [features, ...hidden, classes];
  let x = 'x';
  for (let i = 1; i < widths.length; i++) {
    const inputs = widths[i - 1]!;
    const outputs = widths[i]!;
    const w = weights.normal(`weights_${i}`, [inputs, outputs], 1 / Math.sqrt(inputs));
    const b = weights.filled(`biases_${i}`, [outputs], 0);
    const last = i === widths.length - 1;
    x = layers.apply('Gemm', [x, w, b], last ? 'logits' : `hidden_${i}`);
    if (!last) x = layers.apply('Relu', [x], `rectified_${i}`);
  }
  layers.apply('Softmax', [x], 'probabilities', { axis: 1n });
  layers.apply('ArgMax', ['probabilities'], 'label', { axis: 1n, keepdims: 0n });
  return layers.model(
    'mlp',
    [value('x', 'FP32', ['N', features])],
    [value('label', 'INT64', ['N']), value('probabilities', 'FP32', ['N', classes])],
  );
}

/** Writes `model.onnx` with weights of this seed into a version's folder. */
export async function writeMlp(
  folder: string,
  seed: number,
  hidden: readonly number[] = usual,
): Promise<void> {
  await writeModel(folder, tabularMlp(new SeededWeights(seed), hidden));
}
