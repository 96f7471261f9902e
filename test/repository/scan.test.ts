import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanRepository } from '../../src/repository/scan.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-scan-'));
});
afterEach(() => rm(directory, { recursive: true }));

const put = async (path: string, content = 'x'): Promise<void> => {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
};
const found = async () => {
  const { models, remarks } = await scanRepository(directory);
  return {
    models: models.map(({ name, versions }) => [name, versions.map(({ version }) => version)]),
    remarks,
  };
};

describe('the model repository', () => {
  it('is found in the layout of Triton', async () => {
    await put('fraud/7/model.onnx');
    await put('fraud/10/model.onnx');
    expect(await found()).toEqual({ models: [['fraud', ['7', '10']]], remarks: [] });
  });

  it('is found as flat files, with and without the name of a model', async () => {
    await put('fraud.v7.onnx');
    await put('fraud.v8.onnx');
    await put('v1.onnx');
    await put('v2.onnx');
    expect((await found()).models).toEqual([
      ['default', ['1', '2']],
      ['fraud', ['7', '8']],
    ]);
  });

  it('leaves folders alone that hold no version', async () => {
    await put('training/train.ts');
    await put('README.md');
    expect(await found()).toEqual({ models: [], remarks: [] });
  });

  it('says what it passed over, and what would be right', async () => {
    await put('fraud_v7.onnx');
    await put('fraud/9/weights.bin');
    await put('fraud/7/model.onnx');
    await put('fraud.v7.onnx');
    const { remarks } = await found();
    expect(remarks).toHaveLength(3);
    expect(remarks.join('\n')).toMatch(/name it MODEL\.vVERSION\.onnx/);
    expect(remarks.join('\n')).toMatch(/9 is passed over: it holds no model\.onnx/);
    expect(remarks.join('\n')).toMatch(/version 7 of fraud already/);
  });

  it('reads the deployment.yaml of a model, and keeps the sentence when it cannot be used', async () => {
    await put('good/1/model.onnx');
    await put('good/deployment.yaml', 'control: 1%');
    await put('bad/1/model.onnx');
    await put('bad/deployment.yaml', 'kontrol: 1%');
    const { models } = await scanRepository(directory);
    expect(models.find(({ name }) => name === 'good')?.deployment).toMatchObject({
      config: { control: 0.01 },
    });
    expect(models.find(({ name }) => name === 'bad')?.deployment).toMatchObject({
      error: expect.stringContaining('unknown key "kontrol"'),
    });
  });
});
