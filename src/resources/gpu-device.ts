import type { GpuReading } from '../../native/addon.ts';

/**
 * The GPU that a provider's device number means. CUDA counts only the devices that CUDA_VISIBLE_DEVICES lets it see, in that
 * order; NVML counts all.
 *
 * @param visible the environment variable, undefined where it is not set
 * @returns undefined where there is no such GPU
 */
export function gpuOf(
  device: number,
  readings: readonly GpuReading[],
  visible: string | undefined,
): GpuReading | undefined {
  if (visible === undefined) return readings.find(({ index }) => index === device);
  const name = visible.split(',')[device]?.trim() ?? '';
  if (name === '') return undefined;
  if (/^\d+$/.test(name)) return readings.find(({ index }) => index === Number(name));
  return readings.find(({ uuid }) => uuid.startsWith(name));
}
