import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadAddon } from '../../native/addon.ts';
import {
  type AvailableCpus,
  countWithin,
  describeAvailableCpus,
  readAvailableCpus,
} from '../../src/threads/available-cpus.ts';
import { cgroupFolders, type ReadText } from '../../src/threads/cgroup-folders.ts';
import { readCpuQuota } from '../../src/threads/cpu-quota.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

/** A machine made of the given files, by their absolute paths. */
function machine(files: Readonly<Record<string, string>>): ReadText {
  const root = mkdtempSync(join(tmpdir(), 'understudy-cgroup-'));
  roots.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null);
}

const version2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate';
const version1 = [
  '31 23 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct',
  '32 23 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:10 - cgroup cgroup rw,memory',
].join('\n');

describe('the CPU quota', () => {
  it('is the smallest on the way up to the root', () => {
    const files = {
      '/proc/self/cgroup': '0::/kubepods/pod7/main',
      '/proc/self/mountinfo': version2,
      '/sys/fs/cgroup/kubepods/cpu.max': '800000 100000',
      '/sys/fs/cgroup/kubepods/pod7/cpu.max': '150000 100000',
      '/sys/fs/cgroup/kubepods/pod7/main/cpu.max': '400000 100000',
    };
    const file = '/sys/fs/cgroup/kubepods/pod7/cpu.max';
    expect(readCpuQuota(machine(files))).toEqual({ cpus: 1.5, file });
    const inner = '/sys/fs/cgroup/kubepods/pod7/main/cpu.max';
    expect(readCpuQuota(machine({ ...files, [inner]: '25000 50000' }))).toEqual({ cpus: 0.5, file: inner });
    expect(readCpuQuota(machine({ ...files, [file]: 'max 100000' }))).toEqual({ cpus: 4, file: inner });
  });

  it('is none where no group has one', () => {
    const files = { '/proc/self/cgroup': '0::/user.slice', '/proc/self/mountinfo': version2 };
    expect(readCpuQuota(machine({}))).toBeNull();
    expect(readCpuQuota(machine(files))).toBeNull();
    expect(readCpuQuota(machine({ ...files, '/sys/fs/cgroup/user.slice/cpu.max': 'max 100000' }))).toBeNull();
    expect(readCpuQuota(machine({ ...files, '/sys/fs/cgroup/user.slice/cpu.max': '100000 0' }))).toBeNull();
  });

  it('stands in other files in version 1, in a mount of its controller, nested too', () => {
    const own = '/sys/fs/cgroup/cpu,cpuacct/docker/c7';
    const files = {
      '/proc/self/cgroup': '4:memory:/docker/c7\n3:cpu,cpuacct:/docker/c7\n0::/',
      '/proc/self/mountinfo': version1,
      [`${own}/cpu.cfs_quota_us`]: '-1',
      [`${own}/cpu.cfs_period_us`]: '100000',
      '/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us': '300000',
      '/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us': '100000',
    };
    expect(readCpuQuota(machine(files))).toEqual({
      cpus: 3,
      file: '/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us',
    });
    const tighter = { ...files, [`${own}/cpu.cfs_quota_us`]: '50000' };
    expect(readCpuQuota(machine(tighter))).toEqual({ cpus: 0.5, file: `${own}/cpu.cfs_quota_us` });
  });

  it('is found within a container, where the mount begins at its own group', () => {
    const mount = version2
      .replace('0:26 / ', '0:26 /docker/c7 ')
      .replace('/sys/fs/cgroup', '/mnt/my\\040groups');
    const read = machine({
      '/proc/self/cgroup': '0::/docker/c7/inner',
      '/proc/self/mountinfo': mount,
      '/mnt/my groups/cpu.max': '200000 100000',
      '/mnt/my groups/inner/cpu.max': '600000 100000',
    });
    expect(readCpuQuota(read)).toEqual({ cpus: 2, file: '/mnt/my groups/cpu.max' });
    expect(cgroupFolders('memory', read)).toEqual({
      version: 2,
      folders: ['/mnt/my groups/inner', '/mnt/my groups'],
    });
  });

  it('is that of the mount where the group lies outside of it', () => {
    const read = machine({
      '/proc/self/cgroup': '0::/../elsewhere',
      '/proc/self/mountinfo': version2,
      '/sys/fs/cgroup/cpu.max': '100000 100000',
    });
    expect(readCpuQuota(read)).toEqual({ cpus: 1, file: '/sys/fs/cgroup/cpu.max' });
  });
});

describe('the CPUs that this process may use', () => {
  const quota = (max: string) => ({
    '/proc/self/cgroup': '0::/',
    '/proc/self/mountinfo': version2,
    '/sys/fs/cgroup/cpu.max': max,
  });
  const allowed = (list: string) => ({
    '/proc/self/status': `Name:\tnode\nCpus_allowed_list:\t${list}\nX:\t1`,
  });

  it.each([
    ['2 of 64, by quota', allowed('0-63'), quota('200000 100000'), 2],
    ['by a quota with a fraction, what it has whole', allowed('0-63'), quota('250000 100000'), 2],
    ['one, if the quota is less', allowed('0-63'), quota('50000 100000'), 1],
    ['those it is kept to', allowed('0,4-6'), quota('max 100000'), 4],
    ['those it is kept to, if the quota is more', allowed('0,4-6'), quota('6400000 100000'), 4],
  ])('are %s', (_, status, group, count) => {
    expect(readAvailableCpus(machine({ ...status, ...group })).count).toBe(count);
  });

  it('are fewer within a CPU set', () => {
    const available = readAvailableCpus(machine({ ...allowed('0-7'), ...quota('600000 100000') }));
    expect(countWithin(available, null)).toBe(6);
    expect(countWithin(available, [0, 1, 2])).toBe(3);
    expect(countWithin(available, [6, 7, 8, 9])).toBe(2);
    expect(countWithin(available, [0, 1, 2, 3, 4, 5, 6, 7])).toBe(6);
    expect(countWithin(available, [99])).toBe(1);
  });

  it('are on this machine those that the kernel lets it run on, or fewer by a quota', () => {
    const available = readAvailableCpus();
    expect(available.machine).toBe(cpus().length);
    const addon = loadAddon();
    if (addon) expect(available.allowed).toEqual(addon.threadAffinity());
    const most = available.allowed?.length ?? available.machine;
    expect(available.count).toBeLessThanOrEqual(most);
    if (available.quota === null) expect(available.count).toBe(most);
  });

  it.each<[string, AvailableCpus]>([
    ['all 8 CPUs', { count: 8, machine: 8, allowed: null, quota: null }],
    ['all 2 CPUs', { count: 2, machine: 2, allowed: [0, 1], quota: { cpus: 4, file: '/f' } }],
    [
      '2 of 64 CPUs, since the quota in /sys/fs/cgroup/cpu.max is 2.5',
      { count: 2, machine: 64, allowed: null, quota: { cpus: 2.5, file: '/sys/fs/cgroup/cpu.max' } },
    ],
    [
      '3 of 64 CPUs, since this process is kept to CPU 0-1,9',
      { count: 3, machine: 64, allowed: [0, 1, 9], quota: null },
    ],
  ])('are explained: %s', (text, available) => {
    expect(describeAvailableCpus(available)).toBe(text);
  });
});
