import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../models/training/random.ts';
import { float32, graph, model, node, value } from '../src/repository/onnx/build-model.ts';
import { encodeModel } from '../src/repository/onnx/read-model.ts';

/** Number of features of every model here. */
export const features = 32;
/** Widths of the hidden layers of the usual model. */
export const usual = [64, 64] as const;

/** Writes `model.onnx`, an MLP with seeded weights: `x` FP32 [N,32] to `probabilities` and `label`. */
export async function writeMlp(
  folder: string,
  seed: number,
  hidden: readonly number[] = usual,
): Promise<void> {
  const layers = [features, ...hidden, 4];
  const random = new Random(seed);
  const nodes = [];
  const constants = [];
  let before = 'x';
  for (let i = 1; i < layers.length; i++) {
    const inputs = layers[i - 1]!;
    const outputs = layers[i]!;
    const weights = Array.from({ length: inputs * outputs }, () => random.normal() / Math.sqrt(inputs));
    constants.push(float32(`weights_${i}`, [inputs, outputs], weights));
    constants.push(float32(`biases_${i}`, [outputs], new Array<number>(outputs).fill(0)));
    const last = i === layers.length - 1;
    nodes.push(node('Gemm', [before, `weights_${i}`, `biases_${i}`], [last ? 'logits' : `hidden_${i}`]));
    if (!last) nodes.push(node('Relu', [`hidden_${i}`], [`rectified_${i}`]));
    before = `rectified_${i}`;
  }
  nodes.push(node('Softmax', ['logits'], ['probabilities'], { axis: 1n }));
  nodes.push(node('ArgMax', ['probabilities'], ['label'], { axis: 1n, keepdims: 0n }));
  const bytes = encodeModel(
    model(
      graph('mlp', {
        inputs: [value('x', 'FP32', ['N', layers[0]!])],
        outputs: [value('label', 'INT64', ['N']), value('probabilities', 'FP32', ['N', layers.at(-1)!])],
        nodes,
        constants,
      }),
    ),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), bytes);
}
