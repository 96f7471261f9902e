import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { providerFileName } from '../../../src/inference/execution-provider/library.ts';
import { planProviders } from '../../../src/inference/execution-provider/plan-providers.ts';

let libraries: string;
beforeEach(async () => {
  libraries = await mkdtemp(join(tmpdir(), 'understudy-providers-'));
});
afterEach(() => rm(libraries, { recursive: true }));

const installed = (provider: 'cuda' | 'tensorrt'): Promise<void> =>
  writeFile(join(libraries, providerFileName(provider)), '');

describe('the providers to try', () => {
  it('are those that were asked for by name, with the device', async () => {
    await installed('cuda');
    const plan = (executionProvider: 'cpu' | 'cuda' | 'webgpu', device = 0) =>
      planProviders({ executionProvider, device }, libraries);
    expect(plan('cpu').candidates).toEqual([{ name: 'cpu', options: [{ name: 'cpu' }] }]);
    expect(plan('cuda', 2).candidates).toEqual([{ name: 'cuda', options: [{ name: 'cuda', deviceId: 2 }] }]);
    expect(plan('webgpu').candidates).toEqual([{ name: 'webgpu', options: [{ name: 'webgpu' }] }]);
  });

  it('leave to CUDA what TensorRT does not take, where CUDA is installed', async () => {
    await installed('tensorrt');
    const options = () =>
      planProviders({ executionProvider: 'tensorrt', device: 1 }, libraries).candidates[0]!.options;
    expect(options()).toEqual([{ name: 'tensorrt', deviceId: 1 }]);
    await installed('cuda');
    expect(options()).toEqual([
      { name: 'tensorrt', deviceId: 1 },
      { name: 'cuda', deviceId: 1 },
    ]);
  });

  it('are CUDA and then the CPU for auto, or the CPU alone and why', async () => {
    const auto = () => planProviders({ executionProvider: 'auto', device: 0 }, libraries);
    expect(auto()).toEqual({
      candidates: [{ name: 'cpu', options: [{ name: 'cpu' }] }],
      passedOver: [expect.stringMatching(/^execution_provider auto settles for cpu: .*npm run setup:cuda/)],
    });
    await installed('cuda');
    expect(auto().candidates.map(({ name }) => name)).toEqual(['cuda', 'cpu']);
    expect(auto().passedOver).toEqual([]);
  });

  it.each(['cuda', 'tensorrt'] as const)(
    'are refused when the library of %s is missing',
    (executionProvider) => {
      expect(() => planProviders({ executionProvider, device: 0 }, libraries)).toThrow(
        `execution_provider ${executionProvider} needs ${providerFileName(executionProvider)}, which is not installed; npm run setup:cuda`,
      );
    },
  );

  it('are refused when a device is named that cannot be chosen', () => {
    expect(() => planProviders({ executionProvider: 'webgpu', device: 1 }, libraries)).toThrow(
      'device 1 cannot be had with execution_provider webgpu',
    );
    expect(() => planProviders({ executionProvider: 'cpu', device: 1 }, libraries)).toThrow(
      'device 1 means nothing with execution_provider cpu',
    );
  });
});
