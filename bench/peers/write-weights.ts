import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SeededWeights } from '../models/seeded-weights.ts';
import { tabularMlp } from '../models/tabular-mlp.ts';
import { npy } from './npy.ts';

/** Writes the weights that the MLP of this seed has, without its graph: `weights_1.npy` [32,64], `biases_1.npy` [64], … */
export async function writeWeights(folder: string, seed: number): Promise<void> {
  const weights = new SeededWeights(seed);
  tabularMlp(weights);
  await mkdir(folder, { recursive: true });
  for (const { name, shape, data } of weights.tensors) {
    await writeFile(join(folder, `${name}.npy`), npy(shape, data as Float32Array));
  }
}
