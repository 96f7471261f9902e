import type { Addon, GpuReading } from '../../native/addon.ts';
import { sentenceOf } from '../errors.ts';

/** The GPUs of this machine, or why nothing is known of them. */
export interface GpuSource {
  readonly read: () => readonly GpuReading[];
  readonly absence: string | null;
}

/** @param library NVML's file; null for the system's */
export function openGpus(addon: Addon | null, library: string | null): GpuSource {
  if (addon === null) {
    return absent('the native addon is not built (npm run build:native), and without it NVML is not asked');
  }
  try {
    if (library === null) addon.openNvml();
    else addon.openNvml(library);
  } catch (error) {
    return absent(sentenceOf(error));
  }
  return { read: () => addon.gpuReadings(), absence: null };
}

function absent(absence: string): GpuSource {
  return { read: () => [], absence };
}
