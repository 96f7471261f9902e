import { describe, expect, it } from 'vitest';
import { providerFailure } from '../../../src/inference/execution-provider/failure.ts';

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
