import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planProviders } from '../../src/inference/execution-provider.ts';
import { coverageRemarks, isCpuOnly } from '../../src/inference/execution-provider-coverage.ts';
import { providerFailure } from '../../src/inference/execution-provider-failure.ts';
import { providerFileName } from '../../src/inference/execution-provider-library.ts';
import { providerMismatch } from '../../src/inference/execution-provider-mismatch.ts';

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

describe('what ONNX Runtime says when a session cannot be made', () => {
  it.each([
    [
      'webgpu',
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 void f()::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
      /no Vulkan driver found.*install libvulkan1/,
    ],
    [
      'cuda',
      'Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file: No such file or directory',
      /^cuda: libcudnn\.so\.9 is missing on this machine; npm run setup:cuda/,
    ],
    [
      'cuda',
      'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
      /setup:cuda says which/,
    ],
    [
      'cuda',
      'CUDA failure 100: no CUDA-capable device is detected ; GPU=-1',
      /no usable NVIDIA GPU or driver/,
    ],
    [
      'cuda',
      'CUDA failure 101: invalid device ordinal ; GPU=7',
      /there is no GPU of that number; nvidia-smi -L/,
    ],
    [
      'tensorrt',
      'OrtSessionOptionsAppendExecutionProvider_TensorRT: Failed to load shared library',
      /^tensorrt: /,
    ],
    [
      'cpu',
      'Load model failed: Protobuf parsing failed.\nsecond line',
      /^cpu: Load model failed: Protobuf parsing failed\.$/,
    ],
  ] as const)('becomes a sentence with the mend: %s, %s', (provider, thrown, sentence) => {
    expect(providerFailure(provider, thrown)).toMatch(sentence);
  });
});

describe('where the nodes of a model ran', () => {
  it('is worth no words on the CPU, or when the GPU runs them all', () => {
    expect(coverageRemarks('cpu', null)).toEqual([]);
    expect(coverageRemarks('cuda', { nodes: 5, onCpu: 0, cpuOperators: [] })).toEqual([]);
  });

  it('is told when some ran on the CPU, and when all did', () => {
    const some = { nodes: 12, onCpu: 3, cpuOperators: ['Loop', 'Scan'] };
    expect(coverageRemarks('cuda', some)).toEqual([
      expect.stringMatching(/^3 of the model's 12 nodes run on the CPU.*\(Loop, Scan\)$/),
    ]);
    expect(isCpuOnly(some)).toBe(false);
    const all = { nodes: 3, onCpu: 3, cpuOperators: ['TreeEnsembleClassifier'] };
    expect(coverageRemarks('webgpu', all)).toEqual([
      expect.stringMatching(
        /^nothing of the model runs on webgpu: all of its 3 nodes.*execution_provider: cpu/,
      ),
    ]);
    expect(isCpuOnly(all)).toBe(true);
  });

  it('is not made up where it is not known', () => {
    expect(coverageRemarks('webgpu', { unknown: 'ONNX Runtime wrote no profile' })).toEqual([
      'how much of the model runs on webgpu is not known: ONNX Runtime wrote no profile',
    ]);
    expect(isCpuOnly({ unknown: 'ONNX Runtime wrote no profile' })).toBe(false);
  });
});

describe('primary and shadow', () => {
  const on = (provider: string, version: string) => ({
    provider,
    signature: { model: 'fraud', version, inputs: [], outputs: [], featureNames: null },
  });

  it('may be compared in everything when they run on the same provider', () => {
    expect(providerMismatch(on('cuda', '7'), on('cuda', '8'))).toBeNull();
  });

  it('are told apart when they do not', () => {
    expect(providerMismatch(on('cuda', '7'), on('cpu', '8'))).toBe(
      'version 7, the primary, runs on cuda and version 8 on cpu: their latency and cost cannot be compared, and scores may differ in the last digits for that reason alone',
    );
  });
});
