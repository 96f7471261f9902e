import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import type { ReadText } from './cgroup-folders.ts';
import { type CpuQuota, readCpuQuota } from './cpu-quota.ts';
import { formatCpuSet, parseCpuSet } from './cpu-set.ts';

export interface AvailableCpus {
  /** Threads that can run at once without being stopped by a limit; at least 1. */
  readonly count: number;
  readonly machine: number;
  /** Those the process may run on, by number; null where the system does not say. */
  readonly allowed: readonly number[] | null;
  readonly quota: CpuQuota | null;
}

/**
 * How many CPUs this process may really use: those of its affinity (`taskset`, cpusets), or fewer where a control
 * group has a quota. `os.availableParallelism()` does not do: as of libuv 1.52 it finds no quota of version 1 where
 * each controller has a mount of its own, and takes the outermost of nested quotas instead of the smallest.
 */
export function readAvailableCpus(read: ReadText = readText): AvailableCpus {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(read('/proc/self/status') ?? '')?.[1];
  const allowed = list === undefined ? null : parseCpuSet(list);
  const machine = cpus().length;
  const available = { machine, allowed, quota: readCpuQuota(read) };
  return { ...available, count: countWithin(available, null) };
}

/** As many as there are within a CPU set; a quota is rounded down, since threads beyond it would be stopped together. */
export function countWithin(
  { allowed, quota }: Pick<AvailableCpus, 'allowed' | 'quota'>,
  cpuSet: readonly number[] | null,
): number {
  const usable = allowed?.filter((cpu) => cpuSet === null || cpuSet.includes(cpu)).length;
  const schedulable = usable ?? Math.min(availableParallelism(), cpuSet?.length ?? Number.POSITIVE_INFINITY);
  return Math.max(1, Math.min(schedulable, Math.floor(quota?.cpus ?? Number.POSITIVE_INFINITY)));
}

/** For a person: `2 of 64 CPUs, since the quota in /sys/fs/cgroup/cpu.max is 2.5`. */
export function describeAvailableCpus({ count, machine, allowed, quota }: AvailableCpus): string {
  const share = count === machine ? `all ${machine} CPUs` : `${count} of ${machine} CPUs`;
  const affinity = allowed?.length ?? machine;
  if (quota && quota.cpus < affinity) {
    return `${share}, since the quota in ${quota.file} is ${Number(quota.cpus.toFixed(2))}`;
  }
  if (allowed && affinity < machine)
    return `${share}, since this process is kept to CPU ${formatCpuSet(allowed)}`;
  return share;
}

/** A limit that cannot be read is none that could be told of. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
