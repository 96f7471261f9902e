import { dirname, join } from 'node:path';
import { type AvailableCpus, readAvailableCpus } from '../threads/available-cpus.ts';
import { type CgroupFolders, cgroupFolders, type ReadText } from '../threads/cgroup-folders.ts';

/** Bytes, and the file they stand in. */
export interface MemoryLimit {
  readonly bytes: number;
  readonly file: string;
}

/** What bounds the process beside the machine itself. */
export interface CgroupFacts {
  readonly cpus: AvailableCpus;
  /** Periods in which the quota was used up, of those that passed; null where there is no quota. */
  readonly throttled: { readonly periods: number; readonly throttledPeriods: number } | null;
  /** The smallest on the way up to the root; null where there is none. */
  readonly memoryLimit: MemoryLimit | null;
  /** Bytes that the process's own group takes now, page cache included; null where it does not say. */
  readonly memoryUsedBytes: number | null;
}

/** Version 1 writes "no limit" as the largest multiple of the page size. */
const unlimitedBytes = 2 ** 60;

export function readCgroup(read: ReadText): CgroupFacts {
  const cpus = readAvailableCpus(read);
  const memory = cgroupFolders('memory', read);
  return {
    cpus,
    throttled: cpus.quota === null ? null : throttling(dirname(cpus.quota.file), read),
    memoryLimit: memory === null ? null : smallestMemoryLimit(memory, read),
    memoryUsedBytes: memory === null ? null : memoryUsed(memory, read),
  };
}

function throttling(folder: string, read: ReadText): CgroupFacts['throttled'] {
  const text = read(join(folder, 'cpu.stat')) ?? '';
  const [periods, throttled] = ['nr_periods', 'nr_throttled'].map(
    (key) => new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1],
  );
  if (periods === undefined || throttled === undefined) return null;
  return { periods: Number(periods), throttledPeriods: Number(throttled) };
}

function smallestMemoryLimit({ version, folders }: CgroupFolders, read: ReadText): MemoryLimit | null {
  const name = version === 2 ? 'memory.max' : 'memory.limit_in_bytes';
  return folders
    .map((folder) => join(folder, name))
    .map((file) => ({ file, bytes: bytesIn(file, read) ?? Number.POSITIVE_INFINITY }))
    .filter(({ bytes }) => bytes < unlimitedBytes)
    .reduce<MemoryLimit | null>(
      (least, limit) => (least && least.bytes <= limit.bytes ? least : limit),
      null,
    );
}

function memoryUsed({ version, folders }: CgroupFolders, read: ReadText): number | null {
  return bytesIn(join(folders[0]!, version === 2 ? 'memory.current' : 'memory.usage_in_bytes'), read);
}

function bytesIn(file: string, read: ReadText): number | null {
  const match = /^\d+/.exec(read(file) ?? '');
  return match ? Number(match[0]) : null;
}
