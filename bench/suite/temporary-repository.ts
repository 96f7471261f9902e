import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchModel } from '../models/catalogue.ts';
import { SeededWeights } from '../models/seeded-weights.ts';
import { writeModel } from '../models/write-model.ts';

export interface TemporaryRepository extends AsyncDisposable {
  readonly path: string;
  /** Writes a model as version 1 and serves it without a shadow; `deployment` is more of its deployment.yaml. Returns the file. */
  add(model: Pick<BenchModel, 'build'>, name: string, deployment?: string): Promise<string>;
}

export async function temporaryRepository(seed: number): Promise<TemporaryRepository> {
  const path = await mkdtemp(join(tmpdir(), 'understudy-bench-models-'));
  return {
    path,
    async add({ build }, name, deployment = '') {
      const folder = join(path, name, '1');
      await mkdir(folder, { recursive: true });
      await writeModel(folder, build(new SeededWeights(seed)));
      await writeFile(
        join(path, name, 'deployment.yaml'),
        `primary: 1\nshadows: []\ninterference_budget: off\n${deployment}`,
      );
      return join(folder, 'model.onnx');
    },
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
    },
  };
}
