import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { userCandidates } from '../../../bench/scenarios/model-candidates.ts';
import type { ServedVariant } from '../../../bench/scenarios/served-variants.ts';
import { scanRepository } from '../../../src/repository/scan.ts';
import { mlp } from '../../support/onnx-models.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-models-'));
  await mkdir(join(folder, 'fraud', '7'), { recursive: true });
  await mkdir(join(folder, 'fraud', '8'));
  await writeFile(join(folder, 'fraud', '7', 'model.onnx'), mlp({ inputs: 4 }));
  await writeFile(join(folder, 'fraud', '8', 'model.onnx'), mlp({ inputs: 4 }));
  await writeFile(
    join(folder, 'fraud', 'deployment.yaml'),
    'task: classification\nshadows: [{version: 8}]\ninstance_group: {count: 3}\n',
  );
  await writeFile(join(folder, 'flat.v2.onnx'), mlp({ inputs: 4 }));
  await writeFile(join(folder, 'weights.bin'), 'beside');
});
afterAll(() => rm(folder, { recursive: true }));

const variant: ServedVariant = { provider: 'cpu', device: 1, instances: 2, threads: 4 };

describe("a user's own models", () => {
  it('are every version, each in a repository of its own without a shadow, served as is asked for', async () => {
    const candidates = await userCandidates(folder);
    expect(candidates.map(({ name }) => name).sort()).toEqual(['flat.v2', 'fraud.v7', 'fraud.v8']);
    for (const candidate of candidates) {
      await using prepared = await candidate.prepare(variant, 1);
      const { models, remarks } = await scanRepository(prepared.path);
      expect(remarks).toEqual([]);
      expect(models).toHaveLength(1);
      const [model] = models;
      expect(`${model!.name}.v${model!.versions[0]!.version}`).toBe(candidate.name);
      expect(model!.deployment).toMatchObject({
        config: {
          ...{ primary: model!.versions[0]!.version, shadows: [], interference_budget: 'off' },
          instance_group: { count: 2, threads: 4, execution_provider: 'cpu', device: 0 },
        },
      });
    }
  });

  it('keep what else their deployment.yaml says, and flat files what lies beside them', async () => {
    const candidates = await userCandidates(folder);
    const named = (name: string) => candidates.find((one) => one.name === name)!;
    await using fraud = await named('fraud.v7').prepare(variant, 1);
    const yaml = parse(await readFile(join(fraud.path, 'fraud', 'deployment.yaml'), 'utf8'));
    expect(yaml.task).toBe('classification');
    await using flat = await named('flat.v2').prepare(variant, 1);
    expect((await readdir(join(flat.path, 'flat', '2'))).sort()).toEqual(['model.onnx', 'weights.bin']);
  });

  it('stay as they were', async () => {
    const before = await readdir(folder, { recursive: true });
    for (const candidate of await userCandidates(folder)) {
      await using prepared = await candidate.prepare(variant, 1);
      expect(prepared.path).not.toContain(folder);
    }
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('that are not there are an error for people', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'understudy-models-'));
    await writeFile(join(empty, 'model.onnx'), '');
    await expect(userCandidates(empty)).rejects.toThrow('name it MODEL.vVERSION.onnx');
    await rm(empty, { recursive: true });
  });
});
