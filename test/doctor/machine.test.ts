import { describe, expect, it } from 'vitest';
import { machineFindings, readMachineFacts } from '../../src/doctor/machine.ts';
import { readText } from '../../src/doctor/read-text.ts';

describe('reading the machine', () => {
  it('reads what the kernel shows', () => {
    const files: Record<string, string> = {
      '/proc/meminfo': 'MemTotal:       8000000 kB\nMemAvailable:   1024 kB\n',
      '/sys/devices/system/cpu/smt/active': '1\n',
      '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'powersave\n',
      '/proc/self/limits':
        'Max cpu time unlimited\nMax open files            1024                 4096      files\n',
      '/proc/stat': 'cpu  10 0 10 60 0 0 0 20 5 5\ncpu0 1 1 1 1 1 1 1 1 1 1\n',
    };
    expect(readMachineFacts((path) => files[path] ?? null)).toMatchObject({
      ...{ memoryAvailableBytes: 2 ** 20, hyperThreading: true, frequencyGovernor: 'powersave' },
      ...{ openFiles: 1024, stolenShare: 0.2 },
    });
  });

  it('does without what is not shown', () => {
    expect(readMachineFacts(() => null)).toMatchObject({
      ...{ hyperThreading: null, frequencyGovernor: null, openFiles: null, stolenShare: null },
      memoryAvailableBytes: expect.any(Number),
    });
    expect(readText('/nowhere/at/all')).toBeNull();
  });
});

describe('what is said of the machine', () => {
  const quiet = {
    cpuModel: 'EPYC',
    cpus: 4,
    memoryTotalBytes: 8 * 2 ** 30,
    memoryAvailableBytes: 4 * 2 ** 30,
    frequencyGovernor: 'performance',
    hyperThreading: false,
    stolenShare: 0,
    openFiles: 20_000,
  };
  const said = (facts: Partial<typeof quiet>) =>
    machineFindings({ ...quiet, ...facts }).map(({ status, sentence }) => `${status}: ${sentence}`);

  it('is its size, where nothing else matters', () => {
    expect(said({})).toEqual(['ok: 4 CPUs (EPYC), 8 GiB of memory, 4 GiB of it available']);
  });

  it.each([
    [{ frequencyGovernor: 'powersave' }, /^note: The CPU frequency governor is powersave/],
    [{ hyperThreading: true }, /^note: Two CPUs share a core/],
    [{ stolenShare: 0.02 }, /^note: Since its start this machine lost 2\.0% of its CPU time/],
    [{ stolenShare: 0.2 }, /^warning: Since its start this machine lost 20\.0% of its CPU time/],
    [{ openFiles: 1024 }, /^warning: The process may have 1024 files open/],
  ])('is also what matters: %j', (facts, sentence) => {
    expect(said(facts)).toEqual([expect.any(String), expect.stringMatching(sentence)]);
  });

  it('warns of little memory', () => {
    expect(said({ memoryAvailableBytes: 100 * 2 ** 20 })[0]).toMatch(/^warning: .* 100 MiB of it available$/);
  });
});
