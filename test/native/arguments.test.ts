import { describe, expect, it } from 'vitest';
import { type Addon, loadAddon } from '../../native/addon.ts';
import { addon, isSkipped, TestThread } from './test-thread.ts';

describe.skipIf(isSkipped)('what the addon is given (skipped where no compiler built it)', () => {
  it.each([
    ["setThreadPolicy('fifo')", 'TypeError', "setThreadPolicy takes 'other', 'batch' or 'idle'"],
    ['setThreadPolicy(5)', 'TypeError', "setThreadPolicy takes 'other', 'batch' or 'idle'"],
    ['setThreadPolicy()', 'TypeError', "setThreadPolicy takes 'other', 'batch' or 'idle'"],
    ["setThreadNice('7')", 'TypeError', 'setThreadNice takes a whole number'],
    ['setThreadNice(7.5)', 'TypeError', 'setThreadNice takes a whole number'],
    ['setThreadNice(NaN)', 'TypeError', 'setThreadNice takes a whole number'],
    ['setThreadNice(20)', 'RangeError', 'setThreadNice takes a number from -20 to 19'],
    ['setThreadNice(-21)', 'RangeError', 'setThreadNice takes a number from -20 to 19'],
    ['setThreadAffinity(0)', 'TypeError', 'setThreadAffinity takes an array of CPU numbers'],
    ['setThreadAffinity(null)', 'TypeError', 'setThreadAffinity takes an array of CPU numbers'],
    ["setThreadAffinity(['0'])", 'TypeError', 'setThreadAffinity takes an array of CPU numbers'],
    ['setThreadAffinity([,])', 'TypeError', 'setThreadAffinity takes an array of CPU numbers'],
    ['setThreadAffinity([0.5])', 'TypeError', 'setThreadAffinity takes an array of CPU numbers'],
    ['setThreadAffinity([-1])', 'RangeError', 'setThreadAffinity takes CPU numbers from 0 to 8191'],
    ['setThreadAffinity([8192])', 'RangeError', 'setThreadAffinity takes CPU numbers from 0 to 8191'],
    ['nameThread(8)', 'TypeError', 'nameThread takes a string'],
    ['nameThread({ toString: () => "8" })', 'TypeError', 'nameThread takes a string'],
    ["endProcess('0')", 'TypeError', 'endProcess takes a whole number'],
    ['endProcess(0.5)', 'TypeError', 'endProcess takes a whole number'],
    ['endProcess()', 'TypeError', 'endProcess takes a whole number'],
    ['endProcess(-1)', 'RangeError', 'endProcess takes a status from 0 to 255'],
    ['endProcess(256)', 'RangeError', 'endProcess takes a status from 0 to 255'],
    ['openNvml(7)', 'TypeError', 'openNvml takes the path of a library, or nothing'],
  ])('is checked: %s is a %s', async (call, name, message) => {
    await using thread = new TestThread();
    const state =
      'return JSON.stringify([addon.threadPolicy(), addon.threadNice(), addon.threadAffinity(), addon.threadName()])';
    const before = await thread.run(state);
    await expect(thread.run(`addon.${call}`)).rejects.toMatchObject({ name, message });
    expect(await thread.run(state)).toBe(before);
  });

  it('may throw by itself, and that is what the caller gets', async () => {
    await using thread = new TestThread();
    const trap = `addon.setThreadAffinity(Object.defineProperty([0], 0, { get() { throw new Error('a trap'); } }))`;
    await expect(thread.run(trap)).rejects.toThrow('a trap');
  });

  it('meets the same functions in every thread that loads it', () => {
    const again = loadAddon();
    expect(again).toBe(addon);
    const names = Object.keys(addon!) as (keyof Addon)[];
    expect(names.length).toBe(14);
    expect(names.every((name) => typeof addon![name] === 'function')).toBe(true);
  });
});
