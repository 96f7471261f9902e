import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { addon, isSkipped, readTask, TestThread } from './test-thread.ts';

/** A tick of the kernel's accounting and what a reading may take; of CPU time, so a busy machine changes nothing. */
const toleranceMicroseconds = 30_000;

function clockOf(threadId: number): number {
  const found = addon!.threadTimes().find((thread) => thread.threadId === threadId);
  if (!found) throw new Error(`the thread ${threadId} is not among those read`);
  return found.cpuMicroseconds;
}

describe.skipIf(isSkipped)('the CPU clocks of threads (skipped where no compiler built the addon)', () => {
  it('are there for every thread of the process, by the names the kernel has', async () => {
    await using thread = new TestThread();
    await thread.run("addon.nameThread('8 fraud')");
    const threadIds = (await readdir('/proc/self/task')).map(Number);
    const read = addon!.threadTimes().filter((time) => threadIds.includes(time.threadId));
    expect(read.map((time) => time.threadId).sort()).toEqual(threadIds.sort());
    expect(read.map(({ threadId, name }) => [threadId, name])).toEqual(
      read.map(({ threadId }) => [threadId, readTask(threadId).name]),
    );
  });

  it('tell what a thread has burnt, as the kernel and Node tell it', async () => {
    await using thread = new TestThread();
    const { threadId, node } = await thread.run<{ threadId: number; node: number }>(`
      const threadId = addon.threadId();
      const own = () => addon.threadTimes().find((time) => time.threadId === threadId).cpuMicroseconds;
      const start = own();
      while (own() - start < 300_000);
      const { user, system } = process.threadCpuUsage();
      return { threadId, node: user + system };`);
    const clock = clockOf(threadId);
    expect(clock).toBeGreaterThan(300_000);
    expect(Math.abs(clock - readTask(threadId).cpuMicroseconds)).toBeLessThan(toleranceMicroseconds);
    expect(Math.abs(clock - node)).toBeLessThan(toleranceMicroseconds);
  });

  it('go on while a thread runs, and stand still while it sleeps', async () => {
    await using thread = new TestThread();
    const threadId = await thread.run<number>('return addon.threadId()');
    const isDone = new Int32Array(new SharedArrayBuffer(4));
    let asleep: number;
    // Having answered, it has a little to do before it sleeps.
    do {
      asleep = clockOf(threadId);
      await setTimeout(20);
    } while (clockOf(threadId) !== asleep);
    // It makes no call to the kernel meanwhile that could bring its books up to date.
    const spinning = thread.run(`
      const { receiveMessageOnPort, parentPort } = require('node:worker_threads');
      let message;
      while (!(message = receiveMessageOnPort(parentPort)));
      while (Atomics.load(message.message, 0) === 0);`);
    thread.post(isDone);
    while (clockOf(threadId) - asleep < 100_000);
    Atomics.store(isDone, 0, 1);
    await spinning;
    expect(Math.abs(clockOf(threadId) - readTask(threadId).cpuMicroseconds)).toBeLessThan(
      toleranceMicroseconds,
    );
  });

  it('leave out a thread that has ended, whenever it ends', async () => {
    const ended: number[] = [];
    let isDone = false;
    const churn = (async () => {
      for (let round = 0; round < 20; round++) {
        await using thread = new TestThread();
        ended.push(await thread.run<number>('return addon.threadId()'));
      }
      isDone = true;
    })();
    while (!isDone) {
      for (let reading = 0; reading < 20; reading++) expect(addon!.threadTimes().length).toBeGreaterThan(1);
      await new Promise(setImmediate);
    }
    await churn;
    const left = ended.filter((threadId) => !existsSync(`/proc/self/task/${threadId}`));
    expect(left.length).toBeGreaterThan(0);
    const read = new Set(addon!.threadTimes().map(({ threadId }) => threadId));
    expect(left.filter((threadId) => read.has(threadId))).toEqual([]);
  });
});
