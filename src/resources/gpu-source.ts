import type { Addon, GpuReading } from '../../native/addon.ts';
import { sentenceOf } from '../errors.ts';

/** The GPUs of this machine, or why nothing is known of them. */
export interface GpuSource {
  /** Empty where reading failed: what models cost besides is measured all the same. */
  readonly read: () => readonly GpuReading[];
  readonly absence: string | null;
}

/** What is asked of the addon. */
export type GpuCalls = Pick<Addon, 'openNvml' | 'gpuReadings'>;

/**
 * @param library NVML's file; null for the system's
 * @param onFailure called with a sentence the first time that a reading fails
 */
export function openGpus(
  addon: GpuCalls | null,
  library: string | null,
  onFailure: (sentence: string) => void,
): GpuSource {
  if (addon === null) {
    return absent('the native addon is not built (npm run build:native), and without it NVML is not asked');
  }
  try {
    if (library === null) addon.openNvml();
    else addon.openNvml(library);
  } catch (error) {
    return absent(sentenceOf(error));
  }
  let isTold = false;
  const read = () => {
    try {
      return addon.gpuReadings();
    } catch (error) {
      if (!isTold) onFailure(`what GPUs do cannot be read: ${sentenceOf(error)}`);
      isTold = true;
      return [];
    }
  };
  return { read, absence: null };
}

function absent(absence: string): GpuSource {
  return { read: () => [], absence };
}
