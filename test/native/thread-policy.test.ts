import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { addon, isSkipped, readTask, TestThread } from './test-thread.ts';

const built = fileURLToPath(new URL('../../native/build/understudy.node', import.meta.url));

/** A program as somebody without privileges; null where that cannot be had here, by its folders' permissions say. */
function asNobody(code: string): string | null {
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? { uid: 65534, gid: 65534 } : {};
  const script = `const addon = require(${JSON.stringify(built)}); ${code}`;
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], {
    ...user,
    cwd: '/',
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : null;
}

const isNobodyThere = !isSkipped && asNobody('') !== null;

describe.skipIf(isSkipped)('the policy of a thread (skipped where no compiler built the addon)', () => {
  it('can be asked for: the addon is there', () => {
    expect(addon).not.toBeNull();
  });

  it('is what was set, for the calling thread and no other', async () => {
    await using thread = new TestThread();
    await using bystander = new TestThread();
    const threadId = await thread.run<number>('return addon.threadId()');
    const others = [process.pid, await bystander.run<number>('return addon.threadId()')];
    const before = others.map((other) => readTask(other));
    for (const [policy, number] of [
      ['batch', 3],
      ['other', 0],
      ['idle', 5],
    ] as const) {
      await thread.run(`addon.setThreadPolicy('${policy}')`);
      expect(readTask(threadId).policy).toBe(number);
      expect(await thread.run('return addon.threadPolicy()')).toBe(policy);
    }
    expect(others.map((other) => readTask(other).policy)).toEqual(before.map(({ policy }) => policy));
  });

  it('is inherited by the threads it creates later, as are nice value and CPUs', async () => {
    await using thread = new TestThread();
    const cpu = addon!.threadAffinity()[0]!;
    const childId = await thread.run<number>(`
      addon.setThreadNice(7);
      addon.setThreadAffinity([${cpu}]);
      addon.setThreadPolicy('idle');
      const { Worker } = require('node:worker_threads');
      globalThis.child = new Worker(
        'require("node:worker_threads").parentPort.postMessage(require(' + ${JSON.stringify(JSON.stringify(built))} +
          ').threadId()); setInterval(() => {}, 1000)',
        { eval: true });
      return new Promise((resolve) => globalThis.child.once('message', resolve));`);
    expect(readTask(childId)).toMatchObject({ policy: 5, nice: 7, cpus: `${cpu}` });
    await thread.run('await globalThis.child.terminate()');
  });

  it('takes nice values, of the calling thread alone', async () => {
    await using thread = new TestThread();
    const threadId = await thread.run<number>('return addon.threadId()');
    const before = readTask(process.pid).nice;
    await thread.run('addon.setThreadNice(13)');
    expect(readTask(threadId).nice).toBe(13);
    expect(await thread.run('return addon.threadNice()')).toBe(13);
    expect(readTask(process.pid).nice).toBe(before);
  });

  it.skipIf(!isNobodyThere)(
    'refuses a better nice value to those without privileges, with the errno (skipped where no such user can run this)',
    () => {
      const said = asNobody(`
        try { addon.setThreadNice(-5); }
        catch ({ code, errno, syscall, message }) { console.log(JSON.stringify({ code, errno, syscall, message })); }
        addon.setThreadPolicy('idle');`);
      expect(JSON.parse(said!)).toEqual({
        code: 'EACCES',
        errno: -13,
        syscall: 'setpriority',
        message: 'EACCES: Permission denied, setpriority',
      });
    },
  );
});
