import { getSystemErrorName } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatCpuSet } from '../../src/threads/cpu-set.ts';
import { addon, isSkipped, readTask, TestThread } from './test-thread.ts';

describe.skipIf(isSkipped)('the CPUs of a thread (skipped where no compiler built the addon)', () => {
  it('are those that the kernel names', () => {
    expect(formatCpuSet(addon!.threadAffinity())).toBe(readTask(process.pid).cpus);
  });

  it('are what was set, for the calling thread and no other', async () => {
    await using thread = new TestThread();
    const threadId = await thread.run<number>('return addon.threadId()');
    const all = addon!.threadAffinity();
    for (const cpu of all.slice(0, 4)) {
      await thread.run(`addon.setThreadAffinity([${cpu}])`);
      expect(readTask(threadId).cpus).toBe(`${cpu}`);
      expect(await thread.run('return addon.threadAffinity()')).toEqual([cpu]);
    }
    await thread.run(`addon.setThreadAffinity([${all.join(',')}])`);
    expect(await thread.run('return addon.threadAffinity()')).toEqual(all);
    expect(addon!.threadAffinity()).toEqual(all);
  });

  it('pass over CPUs that the machine does not have, as long as one is left', async () => {
    await using thread = new TestThread();
    const cpu = addon!.threadAffinity()[0]!;
    await thread.run(`addon.setThreadAffinity([${cpu}, 8191])`);
    expect(await thread.run('return addon.threadAffinity()')).toEqual([cpu]);
  });

  it.each([
    ['[8191]', 'CPUs that are not there'],
    ['[]', 'no CPU'],
  ])('are refused as %s, %s, with errno and the stack of the caller', async (cpus) => {
    const refused = await (async () => {
      try {
        addon!.setThreadAffinity(JSON.parse(cpus));
      } catch (error) {
        return error as NodeJS.ErrnoException;
      }
      throw new Error('was taken');
    })();
    expect(refused).toBeInstanceOf(Error);
    expect(refused).toMatchObject({ code: 'EINVAL', syscall: 'sched_setaffinity' });
    expect(refused.message).toBe('EINVAL: Invalid argument, sched_setaffinity');
    expect(getSystemErrorName(refused.errno!)).toBe('EINVAL');
    expect(refused.stack!.split('\n')[1]).toContain('thread-affinity.test.ts');
  });
});
