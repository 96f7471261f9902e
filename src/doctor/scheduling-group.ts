import { join } from 'node:path';
import { cgroupFolders, type ReadText } from '../threads/cgroup-folders.ts';
import type { Finding } from './finding.ts';

/**
 * Linux weighs groups of threads against each other before it looks at the threads in them: an idle thread is idle beside
 * those of its own group only. `autogroup` makes a group of every session (sched(7)) that no control group of the CPU
 * controller takes in.
 */
export type SchedulingGroup =
  | { readonly kind: 'none' }
  | { readonly kind: 'session' }
  | { readonly kind: 'cgroup'; readonly folder: string };

export function readSchedulingGroup(read: ReadText): SchedulingGroup {
  const groups = cgroupFolders('cpu', read);
  // The root has no weight; below it, version 2 gives one only to groups of the CPU controller.
  const weight = groups?.version === 1 ? 'cpu.shares' : 'cpu.weight';
  const own = groups?.folders.slice(0, -1).find((folder) => read(join(folder, weight)) !== null);
  if (own !== undefined) return { kind: 'cgroup', folder: own };
  return read('/proc/sys/kernel/sched_autogroup_enabled')?.trim() === '1'
    ? { kind: 'session' }
    : { kind: 'none' };
}

export function schedulingGroupFindings(group: SchedulingGroup): Finding[] {
  if (group.kind === 'none') return [];
  const where =
    group.kind === 'session'
      ? 'of its session (the kernel groups threads by session)'
      : `of its control group (${group.folder})`;
  const apart = 'keep shadows to CPUs of their own (--cpu-set shadow=CPUS)';
  return [
    {
      topic: 'thread policy',
      status: 'note',
      sentence: `An idle thread yields to the threads ${where}; beside programs outside it, such as a proxy on this machine, a shadow weighs as much as the whole server`,
      mend:
        group.kind === 'session'
          ? `where such programs share these CPUs, ${apart}, or set kernel.sched_autogroup_enabled to 0`
          : `where such programs share these CPUs, ${apart}`,
      details: { schedulingGroup: group },
    },
  ];
}
