import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Capacity, modelFindings } from '../../src/doctor/models.ts';
import { surveyModels } from '../../src/doctor/survey-models.ts';
import type { ProviderState } from '../../src/doctor/try-sessions.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { externalDataMissing, garbage, int4Output, mlp } from '../support/onnx-models.ts';

const without: ProviderState = { library: { path: '/ort/cuda.so', installed: false }, trial: null };
const capacity: Capacity = {
  cpus: 2,
  memoryBytes: 2 ** 30,
  trials: { cpu: without, cuda: without, tensorrt: without, webgpu: without },
};

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
  mkdirSync(join(directory.path, 'models'));
});
afterEach(() => directory[Symbol.dispose]());

function put(path: string, content: Uint8Array | string): string {
  const file = join(directory.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function said(machine: Partial<Capacity> = {}): Promise<string[]> {
  const survey = await surveyModels(join(directory.path, 'models'), join(directory.path, 'data'));
  const findings = modelFindings(survey, 'models', { ...capacity, ...machine });
  for (const { status, mend } of findings) if (status === 'problem') expect(mend).not.toBeNull();
  return findings.map(({ status, sentence }) => `${status}: ${sentence}`);
}

describe('a repository', () => {
  it('has its roles told as the server would decide them', async () => {
    for (const version of [6, 7, 8]) put(`models/fraud/${version}/model.onnx`, mlp());
    put('models/v3.onnx', mlp());
    expect(await said()).toEqual([
      'ok: default: v3 is primary, without a shadow',
      'ok: fraud: v7 is primary, shadowed by v8 (25%); not used: v6',
    ]);
  });

  it('has its remembered roles respected, and damaged ones reported', async () => {
    for (const version of [6, 7, 8]) put(`models/fraud/${version}/model.onnx`, mlp());
    const roles = { primary: '8', shadows: [], known: ['6', '7', '8'], deploymentHash: null };
    put('data/roles.json', JSON.stringify({ schema_version: 1, models: { fraud: roles } }));
    expect(await said()).toEqual(['ok: fraud: v8 is primary, without a shadow; not used: v6, v7']);
    put('data/roles.json', '{');
    expect((await said())[0]).toMatch(/^problem: .*roles\.json is damaged/);
  });

  it('is empty, or is not there', async () => {
    expect(await said()).toEqual(['warning: There is no model in models']);
    await expect(surveyModels(join(directory.path, 'nowhere'), directory.path)).rejects.toThrow(
      /there is no folder .*nowhere/,
    );
  });

  it('has what is passed over named', async () => {
    put('models/fraud.onnx', mlp());
    put('models/churn/3/readme.txt', '');
    expect(await said()).toEqual([
      'warning: There is no model in models',
      expect.stringMatching(/^warning: .*churn\/3 is passed over: it holds no model\.onnx/),
      expect.stringMatching(/^warning: .*fraud\.onnx is passed over: name it MODEL\.vVERSION\.onnx/),
    ]);
  });
});

describe('a file that cannot be served', () => {
  it.each([
    ['garbage', garbage(), /is not an ONNX model/, /copy the file again/],
    ['empty', '', /is empty/, /copy the file again/],
    ['int4', int4Output(), /'y' is a tensor of int4/, /export the model again/],
    ['weights that are missing', externalDataMissing(), /weights\.bin/, /export the model again/],
  ])('is told with the reason and the mend: %s', async (_, content, reason, mend) => {
    put('models/fraud/7/model.onnx', content);
    const survey = await surveyModels(join(directory.path, 'models'), directory.path);
    expect(modelFindings(survey, 'models', capacity)).toEqual([
      expect.objectContaining({ status: 'note', sentence: 'fraud: v7 would be primary, without a shadow' }),
      expect.objectContaining({
        status: 'problem',
        sentence: expect.stringMatching(reason),
        mend: expect.stringMatching(mend),
      }),
    ]);
  });

  it('is a problem as half a copy of a shadow, and only a warning where it has no role', async () => {
    for (const version of [7, 8]) put(`models/fraud/${version}/model.onnx`, mlp());
    truncateSync(put('models/fraud/8/model.onnx', mlp()), 300);
    put('models/fraud/3/model.onnx', garbage());
    expect(await said()).toEqual([
      'note: fraud: v7 is primary, shadowed by v8 (25%); not used: v3',
      expect.stringMatching(/^warning: fraud v3 cannot be served/),
      expect.stringMatching(/^problem: fraud v8 cannot be served: .* its 300 bytes are only a part of one/),
    ]);
  });
});

describe('a deployment', () => {
  beforeEach(() => void put('models/fraud/7/model.onnx', mlp()));
  const deploy = (text: string) => put('models/fraud/deployment.yaml', text);

  it('is refused as the server would', async () => {
    deploy('dynamic_batching: {max_batch: 4}');
    expect(await said()).toEqual([
      expect.stringMatching(/^problem: fraud cannot be served: .*unknown key "max_batch"; allowed are/),
    ]);
    deploy('primary: 9');
    expect(await said()).toEqual([
      expect.stringMatching(/^problem: fraud cannot be served: .* names version 9, which is not in the/),
    ]);
  });

  it('that asks for a provider on which nothing runs is a problem', async () => {
    deploy('instance_group: {execution_provider: cuda}');
    expect((await said())[1]).toBe(
      'problem: fraud asks for execution_provider cuda, on which no session runs here (its library is not installed)',
    );
    const died = { library: null, trial: { kind: 'died', how: 'SIGSEGV', lastLine: null } } as const;
    expect((await said({ trials: { ...capacity.trials, cuda: died } }))[1]).toMatch(
      /\(it ended its process with SIGSEGV\)$/,
    );
  });

  it('that names a device where the provider has none to choose is told so as the server would', async () => {
    const answer = { createMilliseconds: 1, runMilliseconds: 1, libraries: [], backends: [] };
    const ran: ProviderState = { library: null, trial: { kind: 'answered', answer } };
    const trials = { ...capacity.trials, cpu: ran, webgpu: ran };
    deploy('instance_group: {execution_provider: cpu}');
    expect(await said({ trials })).toHaveLength(1);
    deploy('instance_group: {execution_provider: cpu, device: 1}');
    expect((await said({ trials }))[1]).toMatch(
      /^problem: fraud cannot be loaded: device 1 means nothing with execution_provider cpu/,
    );
    deploy('instance_group: {execution_provider: webgpu, device: 1}');
    expect((await said({ trials }))[1]).toMatch(
      /^problem: fraud cannot be loaded: device 1 cannot be had with execution_provider webgpu/,
    );
  });

  it('that asks for more threads than there are CPUs is told so', async () => {
    deploy('instance_group: {count: 2, threads: 4}');
    expect(await said({ cpus: 8 })).toHaveLength(1);
    expect((await said({ cpus: 2 }))[1]).toBe(
      'warning: The primary of fraud asks for 8 threads (2 × 4), and the process may use 2 CPUs',
    );
  });

  it('whose models do not fit the memory is told so', async () => {
    expect((await said({ memoryBytes: 500 }))[1]).toMatch(
      /^warning: The models to be loaded take .* as files/,
    );
  });
});
