import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Scheduling policies of Linux: `other` is the normal one, `batch` the same without wake-up preemption, `idle` runs when nothing else wants to. */
export type SchedulingPolicy = 'other' | 'batch' | 'idle';

/** A thread of this process. */
export interface ThreadTime {
  readonly threadId: number;
  /** As `top -H` shows it, 15 bytes. */
  readonly name: string;
  /** User and system time since it was created, microseconds, up to now (also of a thread that is running). */
  readonly cpuMicroseconds: number;
}

export interface GpuVersions {
  readonly driver: string;
  /** CUDA version that the driver supports, such as `12.8`. */
  readonly cuda: string;
  readonly nvml: string;
}

/** What NVML says of one GPU; null where the GPU or the driver does not say. */
export interface GpuReading {
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  /** Null on GPUs that share the machine's memory. */
  readonly memoryTotalBytes: number | null;
  /** As `nvidia-smi` shows it: without what the driver keeps for itself, where the driver tells that apart. */
  readonly memoryUsedBytes: number | null;
  /** Share of the last sample period in which a kernel ran, 0 to 100. */
  readonly utilizationPercent: number | null;
  readonly powerMilliwatts: number | null;
  /** The most that it is let draw. */
  readonly powerLimitMilliwatts: number | null;
  /** Millijoules since the driver was loaded. */
  readonly energyMillijoules: number | null;
  /** Those that compute and those that draw (Vulkan, and so WebGPU). Ids are the host's: in a container they match none, or none are listed. */
  readonly processes: readonly { readonly pid: number; readonly memoryBytes: number | null }[];
}

/**
 * What `native/` offers. Calls on "the thread" act on the calling thread and on the threads it will create.
 * What the kernel refuses throws an Error with `code`, `errno` and `syscall` as Node's own errors have them; an
 * argument of the wrong kind throws a TypeError, one out of range a RangeError.
 */
export interface Addon {
  setThreadPolicy(policy: SchedulingPolicy): void;
  threadPolicy(): SchedulingPolicy | 'realtime';
  /** −20 to 19. */
  setThreadNice(nice: number): void;
  threadNice(): number;
  /** CPUs by number; an empty list is refused, numbers that the machine does not have are passed over. */
  setThreadAffinity(cpus: readonly number[]): void;
  /** In ascending order. */
  threadAffinity(): number[];
  /** At most 15 bytes of UTF-8: the kernel would cut what is longer, within a character if need be. */
  nameThread(name: string): void;
  threadName(): string;
  /** The kernel's id of the calling thread. */
  threadId(): number;
  /** Every thread of this process, with its CPU clock; one that ends meanwhile is left out. */
  threadTimes(): ThreadTime[];
  /**
   * Opens NVML for the whole process; does nothing when it is open.
   *
   * @param library the file, for tests; the system's `libnvidia-ml.so.1` when left out
   * @throws with a sentence when the library or a driver is not there; `code` is `ERR_DLOPEN_FAILED` or NVML's,
   *   such as `NVML_ERROR_DRIVER_NOT_LOADED`
   */
  openNvml(library?: string): void;
  gpuVersions(): GpuVersions;
  /** GPUs that this process may not read, or that are lost, are left out. @throws why, where all that it may read are lost */
  gpuReadings(): GpuReading[];
  /**
   * Ends the process at once, whatever its threads do: `process.exit` stops worker threads first, and to stop one in the middle of a
   * run of ONNX Runtime aborts the process. What is not written yet is lost.
   *
   * @param status 0 to 255
   */
  endProcess(status: number): never;
}

const calls = Object.keys({
  setThreadPolicy: true,
  threadPolicy: true,
  setThreadNice: true,
  threadNice: true,
  setThreadAffinity: true,
  threadAffinity: true,
  nameThread: true,
  threadName: true,
  threadId: true,
  threadTimes: true,
  openNvml: true,
  gpuVersions: true,
  gpuReadings: true,
  endProcess: true,
} satisfies Record<keyof Addon, true>);

const path = fileURLToPath(new URL('./build/understudy.node', import.meta.url));

/**
 * Null where it was not built: no compiler at install, or not Linux.
 *
 * @throws when the file is there and cannot be used, because it was built for another system or another version of this server
 */
export function loadAddon(): Addon | null {
  if (!existsSync(path)) return null;
  const module: unknown = createRequire(import.meta.url)(path);
  if (isAddon(module)) return module;
  throw new Error(`${path} belongs to another version of this server; "npm run build:native" builds it anew`);
}

function isAddon(module: unknown): module is Addon {
  return typeof module === 'object' && module !== null && calls.every((call) => call in module);
}
