import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultDeployment } from '../../src/config/read-deployment.ts';
import { loadModel } from '../../src/inference/model/load-model.ts';
import { OneModel } from '../../src/inference/one-model.ts';
import { mlp } from '../support/onnx-models.ts';

it('takes a load on another provider, and says so once per change', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'understudy-one-model-'));
  const path = join(directory, 'model.onnx');
  await writeFile(path, mlp());
  const { loaded, session } = await loadModel({
    ...{ model: 'fraud', version: '7', path, maxBatchSize: 8, config: defaultDeployment, observer: null },
    placement: { executionProvider: 'cpu', device: 0, threads: 1, arbiter: null },
    thread: { role: 'shadow', name: '7 fraud', yielding: 'never', cpus: null },
  });
  await session.release();
  await rm(directory, { recursive: true });
  const remarks: string[] = [];
  const model = new OneModel((sentence) => remarks.push(sentence));
  expect(() => model.loaded).toThrow(/no worker/);
  expect(model.admits({ ...loaded, provider: 'cuda' })).toBeNull();
  expect([model.admits(loaded), model.admits(loaded)]).toEqual([null, null]);
  expect(remarks).toEqual(['a worker was loaded on cpu, the one before it on cuda']);
  expect(model.loaded).toMatchObject({
    provider: 'cpu',
    providerRemarks: ['a worker was loaded on cpu, while the first of its lane ran on cuda'],
  });
  expect(model.admits({ ...loaded, sha256: 'other' })).toMatch(/the file was replaced/);
  expect(model.loaded.sha256).toBe(loaded.sha256);
});
