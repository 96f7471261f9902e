import { describe, expect, it } from 'vitest';
import { cgroupFindings } from '../../src/doctor/cgroup.ts';
import { readCgroup } from '../../src/doctor/read-cgroup.ts';

const reading = (files: Readonly<Record<string, string>>) => readCgroup((path) => files[path] ?? null);

const version2 = {
  '/proc/self/mountinfo': '31 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n',
  '/proc/self/status': 'Name:\tnode\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3\n',
};

/** As Docker does without a cgroup namespace: what is mounted begins at the container's own group. */
const version1 = {
  '/proc/self/cgroup':
    '4:memory:/docker/c0ffee\n2:cpu,cpuacct:/docker/c0ffee\n1:name=systemd:/docker/c0ffee\n0::/\n',
  '/proc/self/mountinfo':
    '40 31 0:30 /docker/c0ffee /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n' +
    '41 31 0:31 /docker/c0ffee /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n' +
    '42 31 0:32 / /sys/fs/cgroup/unified ro - cgroup2 cgroup2 rw\n',
};

describe('control groups, version 2', () => {
  it('of a container with its own namespace', () => {
    expect(
      reading({
        ...version2,
        '/proc/self/cgroup': '0::/\n',
        '/sys/fs/cgroup/cpu.max': '250000 100000\n',
        '/sys/fs/cgroup/cpu.stat': 'usage_usec 1\nnr_periods 400\nnr_throttled 30\nthrottled_usec 5\n',
        '/sys/fs/cgroup/memory.max': '2147483648\n',
        '/sys/fs/cgroup/memory.current': '1048576\n',
      }),
    ).toMatchObject({
      cpus: { count: 2, allowed: [0, 1, 2, 3], quota: { cpus: 2.5, file: '/sys/fs/cgroup/cpu.max' } },
      throttled: { periods: 400, throttledPeriods: 30 },
      memoryLimit: { bytes: 2 ** 31, file: '/sys/fs/cgroup/memory.max' },
      memoryUsedBytes: 2 ** 20,
    });
  });

  it('hold the smallest memory limit of the group and those above it', () => {
    const { memoryLimit } = reading({
      ...version2,
      '/proc/self/cgroup': '0::/kubepods/pod1/box\n',
      '/sys/fs/cgroup/kubepods/pod1/box/memory.max': '4294967296\n',
      '/sys/fs/cgroup/kubepods/pod1/memory.max': '1073741824\n',
      '/sys/fs/cgroup/kubepods/memory.max': 'max\n',
    });
    expect(memoryLimit).toEqual({ bytes: 2 ** 30, file: '/sys/fs/cgroup/kubepods/pod1/memory.max' });
  });

  it('without limits', () => {
    const facts = reading({ ...version2, '/proc/self/cgroup': '0::/user.slice\n' });
    expect(facts).toMatchObject({
      ...{ cpus: { quota: null }, memoryLimit: null, memoryUsedBytes: null, throttled: null },
    });
  });
});

describe('control groups, version 1', () => {
  it('of a container that sees its own group as the root of the mount', () => {
    const facts = reading({
      ...version1,
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '50000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.stat': 'nr_periods 10\nnr_throttled 0\nthrottled_time 0\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '536870912\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '4096\n',
    });
    expect(facts).toMatchObject({
      cpus: { quota: { cpus: 0.5, file: '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us' } },
      throttled: { periods: 10, throttledPeriods: 0 },
      memoryLimit: { bytes: 2 ** 29, file: '/sys/fs/cgroup/memory/memory.limit_in_bytes' },
      memoryUsedBytes: 4096,
    });
  });

  it('write "no limit" as a huge number', () => {
    const file = '/sys/fs/cgroup/memory/memory.limit_in_bytes';
    expect(reading({ ...version1, [file]: '9223372036854771712\n' }).memoryLimit).toBeNull();
  });
});

describe('where there are no control groups', () => {
  it('nothing is limited', () => {
    expect(reading({})).toMatchObject({ memoryLimit: null, memoryUsedBytes: null, throttled: null });
  });
});

describe('what is said of them', () => {
  const cpus = { count: 4, machine: 8, allowed: [0, 1, 2, 3], quota: null };
  const free = { cpus, memoryLimit: null, memoryUsedBytes: null, throttled: null };
  const said = (facts: Partial<Parameters<typeof cgroupFindings>[0]>) =>
    cgroupFindings({ ...free, ...facts }).map(({ status, sentence }) => `${status}: ${sentence}`);

  it('is well where nothing is limited', () => {
    expect(said({})).toEqual([
      'ok: The process may use 4 of 8 CPUs, since this process is kept to CPU 0-3',
      'ok: There is no CPU quota',
      'ok: There is no memory limit',
    ]);
  });

  it('warns of a quota below the CPUs, with how often it was used up, since shadows draw on it too', () => {
    const quota = { cpus: 2.5, file: '/f/cpu.max' };
    const throttled = { periods: 400, throttledPeriods: 30 };
    expect(said({ cpus: { ...cpus, count: 2, quota }, throttled }).slice(0, 2)).toEqual([
      'ok: The process may use 2 of 8 CPUs, since the quota in /f/cpu.max is 2.5',
      'warning: The CPU quota is 2.5 CPUs (/f/cpu.max); it was used up in 8% of the periods so far: shadows draw on it as the primary does, and when it is used up the kernel stops both',
    ]);
  });

  it('takes a quota of as many CPUs as there are for none', () => {
    const quota = { cpus: 4, file: '/f/cpu.max' };
    expect(said({ cpus: { ...cpus, quota } })[1]).toBe('ok: The CPU quota is 4 CPUs (/f/cpu.max)');
  });

  it('warns of one CPU and of little memory', () => {
    const memoryLimit = { bytes: 400 * 2 ** 20, file: '/f/memory.max' };
    const one = { ...cpus, count: 1, allowed: [5] };
    const [first, , memory] = said({ cpus: one, memoryLimit, memoryUsedBytes: 2 ** 20 });
    expect(first).toMatch(/^warning: The process may use 1 of 8 CPUs.*: primary, shadows, log and HTTP/);
    expect(memory).toBe(
      'warning: The memory limit is 400 MiB, 1 MiB of it in use (/f/memory.max): the kernel ends the process when it takes more',
    );
  });
});
