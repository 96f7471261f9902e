import { join } from 'node:path';
import { cgroupFolders, type ReadText } from './cgroup-folders.ts';

/** CPU time that a control group may use, whatever the policy of its threads. */
export interface CpuQuota {
  /** CPUs' worth of time: 1.5 is 150 ms of CPU time in every 100 ms. */
  readonly cpus: number;
  /** The file that says so. */
  readonly file: string;
}

/** The smallest quota on the way from the process's control group up to the root; null where there is none. */
export function readCpuQuota(read: ReadText): CpuQuota | null {
  const groups = cgroupFolders('cpu', read);
  if (!groups) return null;
  const quotaIn = groups.version === 2 ? quotaOfVersion2 : quotaOfVersion1;
  return groups.folders
    .flatMap((folder) => quotaIn(folder, read) ?? [])
    .reduce<CpuQuota | null>((least, quota) => (least && least.cpus <= quota.cpus ? least : quota), null);
}

/** `cpu.max`: quota and period in microseconds; `max` for no quota. */
function quotaOfVersion2(folder: string, read: ReadText): CpuQuota | null {
  const file = join(folder, 'cpu.max');
  const match = /^(\d+) (\d+)/.exec(read(file) ?? '');
  return match ? quotaOf(Number(match[1]), Number(match[2]), file) : null;
}

/** Microseconds in two files; -1 for no quota. */
function quotaOfVersion1(folder: string, read: ReadText): CpuQuota | null {
  const file = join(folder, 'cpu.cfs_quota_us');
  return quotaOf(Number(read(file) ?? -1), Number(read(join(folder, 'cpu.cfs_period_us')) ?? 0), file);
}

function quotaOf(quotaMicroseconds: number, periodMicroseconds: number, file: string): CpuQuota | null {
  if (!(quotaMicroseconds > 0) || !(periodMicroseconds > 0)) return null;
  return { cpus: quotaMicroseconds / periodMicroseconds, file };
}
