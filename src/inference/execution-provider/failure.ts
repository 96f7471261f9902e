import type { ProviderName } from './plan-providers.ts';

/** What ONNX Runtime threw when a session was made, as a sentence that says what to do. */
export function providerFailure(provider: ProviderName, thrown: string): string {
  const [line = ''] = thrown.split('\n', 1);
  if (provider === 'webgpu' && /WebGPU adapter|wgpu|Dawn/i.test(line)) {
    return 'webgpu: no usable GPU adapter (no Vulkan driver found, or none that WebGPU can use); on Linux install libvulkan1 and the driver of the GPU, which in a container also takes XDG_RUNTIME_DIR and, for NVIDIA, NVIDIA_DRIVER_CAPABILITIES=all; or use execution_provider: cpu';
  }
  if (provider === 'cuda' || provider === 'tensorrt') {
    const library = /(lib[\w.+-]+\.so[\w.]*): cannot open shared object/.exec(thrown)?.[1];
    if (library !== undefined) {
      return `${provider}: ${library} is missing on this machine; npm run setup:cuda says which libraries are needed and how to get them`;
    }
    if (/Failed to load (shared )?library/i.test(line)) {
      return `${provider}: the provider's library does not load, because CUDA, cuDNN or TensorRT is missing or too old; npm run setup:cuda says which`;
    }
    if (/no CUDA-capable device|driver version is insufficient|CUDA failure (35|100)\b/i.test(thrown)) {
      return `${provider}: no usable NVIDIA GPU or driver (${shorten(line)}); npm run setup:cuda says what is missing`;
    }
    if (/invalid device ordinal|CUDA failure 101\b|Invalid device/i.test(thrown)) {
      return `${provider}: there is no GPU of that number; nvidia-smi -L lists them, and device in deployment.yaml picks one`;
    }
  }
  return `${provider}: ${shorten(line)}`;
}

/** Without the place in ONNX Runtime's own sources, which helps nobody here. */
function shorten(line: string): string {
  return line.replace(/^\/\S+:\d+ \S.*?\b(?=(was false|CUDA failure|CUDNN failure))/, '').slice(0, 400);
}
