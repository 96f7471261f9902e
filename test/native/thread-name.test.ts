import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addon, isSkipped, readTask, TestThread } from './test-thread.ts';

describe.skipIf(isSkipped)('the name of a thread (skipped where no compiler built the addon)', () => {
  it.each(['8 fraud', '7 fraud ctl', 'Betrug für 8', '8 (x) y', ''])(
    'is %j when it was called so',
    async (name) => {
      await using thread = new TestThread();
      const threadId = await thread.run<number>('return addon.threadId()');
      const before = addon!.threadName();
      await thread.run(`addon.nameThread(${JSON.stringify(name)})`);
      expect(readTask(threadId).name).toBe(name);
      expect(await thread.run('return addon.threadName()')).toBe(name);
      expect(addon!.threadName()).toBe(before);
    },
  );

  it('has 15 bytes and no more, since the kernel would cut it within a character', async () => {
    await using thread = new TestThread();
    await thread.run("addon.nameThread('8 überlanger N')");
    expect(await thread.run('return addon.threadName()')).toBe('8 überlanger N');
    await expect(thread.run("addon.nameThread('8 überlanger Na')")).rejects.toMatchObject({
      name: 'RangeError',
      code: 'ERR_OUT_OF_RANGE',
      message: 'nameThread takes at most 15 bytes of UTF-8',
    });
    await expect(thread.run("addon.nameThread('8\\0fraud')")).rejects.toMatchObject({ name: 'RangeError' });
    expect(await thread.run('return addon.threadName()')).toBe('8 überlanger N');
  });

  it('goes with an id of its own, which is the process’s for the main thread', async () => {
    await using thread = new TestThread();
    const built = fileURLToPath(new URL('../../native/build/understudy.node', import.meta.url));
    const script = `console.log(require(${JSON.stringify(built)}).threadId() === process.pid)`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).toBe('true\n');
    const threadId = await thread.run<number>('return addon.threadId()');
    expect(threadId).not.toBe(process.pid);
    expect(existsSync(`/proc/self/task/${threadId}`)).toBe(true);
  });
});
