import { loadAddon } from '../../native/addon.ts';
import { openGpus } from '../../src/resources/gpu-source.ts';

/** NVIDIA GPUs that NVML tells of; empty where it does not. */
export function gpuNames(): string[] {
  const { read } = openGpus(loadAddon(), null, () => {});
  return read().map(({ name }) => name);
}
