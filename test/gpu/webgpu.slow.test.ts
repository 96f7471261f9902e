import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linearZipMap, mlp, slow } from '../support/onnx-models.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';
import { featuresOf, inferBody, sendAll } from '../support/traffic.ts';
import { findVulkan, withoutVulkan } from './vulkan.ts';
import type { LanesResult } from './webgpu-process.ts';

const vulkan = findVulkan();
const environment = vulkan?.environment ?? {};
const title = vulkan === null ? withoutVulkan : `WebGPU (${vulkan.driver})`;

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function repository(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-webgpu-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'models', path)), { recursive: true });
    await writeFile(join(folder, 'models', path), content);
  }
  return folder;
}

/** A device that draws on the CPU is slow, and shadows get what the rest leaves. */
const patience = { timeout: 90_000, interval: 500 };
const longTest = 120_000;

const onWebGpu = 'instance_group: {execution_provider: webgpu}\n';
const everything =
  'primary: 7\nshadows: [{version: 8, sample: 100%}]\ncontrol: 100%\ninterference_budget: off\n';

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
async function get({ url }: { readonly url: string }, path: string): Promise<any> {
  return (await fetch(`${url}${path}`)).json();
}

/** The server answers once the primaries are loaded; shadows come later. */
async function untilReady(server: ServerProcess, model: string, version: string): Promise<unknown> {
  const path = `/v2/models/${model}/versions/${version}/ready`;
  await expect.poll(async () => (await get(server, path)).ready, patience).toBe(true);
  return get(server, path);
}

async function probabilities(url: string, model: string, index: number): Promise<number[]> {
  const rows = Array.from({ length: 1 + (index % 3) }, (_, row) => featuresOf(index * 3 + row));
  const response = await fetch(`${url}/v2/models/${model}/infer`, { method: 'POST', body: inferBody(rows) });
  const answer = (await response.json()) as { outputs: { name: string; data: number[] }[] };
  return answer.outputs.find(({ name }) => name === 'probabilities')!.data;
}

describe('where there is no adapter', () => {
  const nowhere = { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' };

  it('refuses WebGPU with what to do, and serves the rest', async () => {
    const folder = await repository({
      'gpu/1/model.onnx': mlp(),
      'gpu/deployment.yaml': onWebGpu,
      'second/1/model.onnx': mlp(),
      'second/deployment.yaml': 'instance_group: {execution_provider: webgpu, device: 1}',
      'plain/1/model.onnx': mlp(),
      'plain/deployment.yaml': 'instance_group: {execution_provider: cpu}',
    });
    await using server = await startServerProcess(folder, nowhere);
    expect(await get(server, '/v2/models/gpu/ready')).toMatchObject({
      ready: false,
      reason: expect.stringMatching(
        /webgpu: no usable GPU adapter \(no Vulkan driver found.* install libvulkan1/,
      ),
    });
    expect(await get(server, '/v2/models/second/ready')).toMatchObject({
      ready: false,
      reason: expect.stringMatching(
        /device 1 cannot be had with execution_provider webgpu.*leave device out/,
      ),
    });
    expect(await get(server, '/v2/models/plain/versions/1/ready')).toMatchObject({
      ready: true,
      execution_provider: 'cpu',
    });
    expect(await probabilities(server.url, 'plain', 0)).toHaveLength(3);
  });
});

it.runIf(process.env.CI)('there is a Vulkan driver to test WebGPU with', () => {
  expect(vulkan, withoutVulkan).not.toBeNull();
});

describe.skipIf(vulkan === null)(`sessions of many lanes, ${title}`, () => {
  it('are made, run and released side by side, and give what the CPU gives', async () => {
    const script = fileURLToPath(new URL('./webgpu-process.ts', import.meta.url));
    const sessions = 3;
    const runs = 60;
    const { stdout } = await promisify(execFile)(process.execPath, [script, `${sessions}`, `${runs}`], {
      env: { ...process.env, ...environment },
    });
    const { lanes, statistics } = JSON.parse(stdout) as LanesResult;
    expect(lanes).toHaveLength(6);
    for (const lane of lanes) expect(lane).toMatchObject({ provider: 'webgpu', runs: sessions * runs });
    expect(Math.max(...lanes.map(({ difference }) => difference))).toBeLessThan(1e-5);
    // One turn to make a session, one for each run, one to release it.
    const turns = sessions * (runs + 2);
    expect(statistics).toMatchObject({ primaryTurns: 2 * turns, shadowTurns: 4 * turns, holder: null });
    // Two primaries and four shadows that never rest: were it first come first served, none would be overtaken.
    expect(statistics.overtakings).toBeGreaterThan(turns / 10);
  });
});

describe.skipIf(vulkan === null)(`a server, ${title}`, () => {
  let server: ServerProcess;
  beforeAll(async () => {
    const folder = await repository({
      'one/7/model.onnx': mlp({ seed: 7 }),
      'one/8/model.onnx': mlp({ seed: 8 }),
      'one/deployment.yaml': everything + onWebGpu,
      'two/7/model.onnx': mlp({ seed: 70 }),
      'two/8/model.onnx': mlp({ seed: 80 }),
      'two/deployment.yaml': everything + onWebGpu,
      'partly/1/model.onnx': slow({ milliseconds: 1 }),
      'partly/deployment.yaml': onWebGpu,
      'linear/1/model.onnx': linearZipMap(['no', 'yes']),
      'linear/deployment.yaml': onWebGpu,
    });
    server = await startServerProcess(folder, environment);
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  it(
    'says what every version runs on',
    async () => {
      for (const version of ['7', '8']) {
        expect(await untilReady(server, 'one', version)).toMatchObject({ execution_provider: 'webgpu' });
        expect(await untilReady(server, 'two', version)).toMatchObject({ execution_provider: 'webgpu' });
      }
      const { models } = await get(server, '/');
      expect(models).toContainEqual(
        expect.objectContaining({ name: 'two', execution_providers: { 7: 'webgpu', 8: 'webgpu' } }),
      );
      expect((await get(server, '/v2/models/two')).parameters.execution_provider).toBe('webgpu');
    },
    longTest,
  );

  it('says which nodes are left to the CPU, and when all of them are', async () => {
    expect(await get(server, '/v2/models/one/versions/7/ready')).not.toHaveProperty('provider_remarks');
    expect((await get(server, '/v2/models/partly/versions/1/ready')).provider_remarks).toEqual([
      expect.stringMatching(/^\d+ of the model's \d+ nodes run on the CPU.*Loop/),
    ]);
    expect((await get(server, '/v2/models/linear/versions/1/ready')).provider_remarks).toEqual([
      expect.stringMatching(/^nothing of the model runs on webgpu: all of its \d+ nodes.*LinearClassifier/),
    ]);
  });

  it(
    'answers as it does on the CPU while shadows and controls of two models share the device',
    async () => {
      await using onCpu = await startTestServer({
        models: {
          'one/7/model.onnx': mlp({ seed: 7 }),
          'two/7/model.onnx': mlp({ seed: 70 }),
        },
      });
      const count = 600;
      const model = (index: number): string => (index % 2 === 0 ? 'one' : 'two');
      const got = await sendAll(count, (index) => probabilities(server.url, model(index), index), 16);
      const expected = await sendAll(count, (index) => probabilities(onCpu.url, model(index), index), 8);
      let difference = 0;
      for (const [i, row] of got.entries()) {
        expect(row).toHaveLength(expected[i]!.length);
        for (const [j, value] of row.entries()) {
          difference = Math.max(difference, Math.abs(value - expected[i]![j]!));
        }
      }
      expect(difference).toBeLessThan(1e-5);
    },
    longTest,
  );

  it(
    'compares them, and ends in peace',
    async () => {
      await expect
        .poll(async () => (await get(server, '/v2/models/one/report?shadow=8')).traffic?.compared, {
          ...patience,
        })
        .toBeGreaterThan(100);
      const { status, stderr } = await server.stop();
      expect(stderr).not.toMatch(/CommandEncoder|Uncaught|panic/i);
      expect(status).toBe(0);
    },
    longTest,
  );
});

describe.skipIf(vulkan === null)(`a shadow in a process of its own, ${title}`, () => {
  it(
    'has a device of its own',
    async () => {
      const folder = await repository({
        'one/7/model.onnx': mlp({ seed: 7 }),
        'one/8/model.onnx': mlp({ seed: 8 }),
        'one/deployment.yaml': `primary: 7\nshadows: [{version: 8, sample: 100%, isolation: process}]\n${onWebGpu}`,
      });
      await using server = await startServerProcess(folder, environment);
      expect(await untilReady(server, 'one', '8')).toMatchObject({ execution_provider: 'webgpu' });
      // Again and again: on a busy machine a shadow drops what it has no time for.
      await expect
        .poll(async () => {
          await sendAll(50, (index) => probabilities(server.url, 'one', index), 8);
          return (await get(server, '/v2/models/one/report?shadow=8')).traffic?.compared;
        }, patience)
        .toBeGreaterThan(100);
      expect((await server.stop()).status).toBe(0);
    },
    longTest,
  );
});
