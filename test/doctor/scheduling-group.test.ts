import { describe, expect, it } from 'vitest';
import { readSchedulingGroup, schedulingGroupFindings } from '../../src/doctor/scheduling-group.ts';

const machine = (files: Record<string, string>) => (path: string) => files[path] ?? null;
const autogroup = { '/proc/sys/kernel/sched_autogroup_enabled': '1\n' };
const version1 = {
  '/proc/self/mountinfo': '30 25 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n',
  '/sys/fs/cgroup/cpu/cpu.shares': '1024',
};
const version2 = {
  '/proc/self/cgroup': '0::/app.slice/understudy.service\n',
  '/proc/self/mountinfo': '30 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n',
};

describe('the group that an idle thread yields in', () => {
  it('is the session where the kernel groups by session and no control group takes the process in', () => {
    expect(readSchedulingGroup(machine(autogroup))).toEqual({ kind: 'session' });
    const atRoot = { ...autogroup, ...version1, '/proc/self/cgroup': '4:cpu:/\n' };
    expect(readSchedulingGroup(machine(atRoot))).toEqual({ kind: 'session' });
    // Its group is there, but not one of the CPU controller.
    expect(readSchedulingGroup(machine({ ...autogroup, ...version2 }))).toEqual({ kind: 'session' });
  });

  it('is the nearest control group of the CPU controller where there is one', () => {
    const folder = '/sys/fs/cgroup/cpu/box';
    const boxed = {
      ...autogroup,
      ...version1,
      '/proc/self/cgroup': '4:cpu:/box\n',
      [`${folder}/cpu.shares`]: '512',
    };
    expect(readSchedulingGroup(machine(boxed))).toEqual({ kind: 'cgroup', folder });
    const slice = { ...autogroup, ...version2, '/sys/fs/cgroup/app.slice/cpu.weight': '100' };
    expect(readSchedulingGroup(machine(slice))).toEqual({
      kind: 'cgroup',
      folder: '/sys/fs/cgroup/app.slice',
    });
  });

  it('is none where the kernel does not group', () => {
    expect(readSchedulingGroup(machine({ '/proc/sys/kernel/sched_autogroup_enabled': '0\n' }))).toEqual({
      kind: 'none',
    });
    expect(readSchedulingGroup(machine({}))).toEqual({ kind: 'none' });
  });

  it('is told, with what keeps a shadow off the CPUs of others', () => {
    expect(schedulingGroupFindings({ kind: 'none' })).toEqual([]);
    const [session] = schedulingGroupFindings({ kind: 'session' });
    expect(session?.status).toBe('note');
    expect(session?.sentence).toContain('threads of its session');
    expect(session?.mend).toContain('kernel.sched_autogroup_enabled');
    const [group] = schedulingGroupFindings({ kind: 'cgroup', folder: '/sys/fs/cgroup/box' });
    expect(group?.sentence).toContain('/sys/fs/cgroup/box');
    expect(group?.mend).toContain('--cpu-set');
    expect(group?.mend).not.toContain('autogroup');
  });
});
