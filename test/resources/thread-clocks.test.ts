import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../native/addon.ts';
import { clocksOfProc, threadClocks } from '../../src/resources/thread-clocks.ts';

const addon = loadAddon();
const step = 10_000;

describe.skipIf(process.platform !== 'linux')(
  'the clocks of threads from /proc (skipped where there is none)',
  () => {
    it('are those of this process, main thread and named workers among them', async () => {
      // A name may hold what separates fields.
      const worker = new Worker(
        `const end = process.threadCpuUsage().user + 100_000;
       while (process.threadCpuUsage().user < end);
       require('node:fs').writeFileSync('/proc/thread-self/comm', '8 a) b (c');
       require('node:worker_threads').parentPort.postMessage('done');
       setInterval(() => {}, 1000);`,
        { eval: true },
      );
      await new Promise((resolve) => worker.once('message', resolve));
      const clocks = clocksOfProc();
      const named = clocks.find(({ name }) => name === '8 a) b (c');
      expect(named?.cpuMicroseconds).toBeGreaterThanOrEqual(100_000 - step);
      const main = clocks.find(({ id }) => id === process.pid);
      const { user, system } = process.threadCpuUsage();
      expect(main!.cpuMicroseconds).toBeLessThanOrEqual(user + system + 2 * step);
      expect(main!.cpuMicroseconds).toBeGreaterThan((user + system) / 2);
      await worker.terminate();
      expect(clocksOfProc().some(({ name }) => name === '8 a) b (c')).toBe(false);
    });

    it.skipIf(addon === null)('agree with those of the addon (skipped where it is not built)', () => {
      const fromAddon = new Map(threadClocks(addon)!().map((clock) => [clock.id, clock]));
      const fromProc = threadClocks(null)!();
      expect(fromProc.map(({ id }) => id).sort()).toEqual([...fromAddon.keys()].sort());
      for (const { id, name, cpuMicroseconds } of fromProc) {
        expect(fromAddon.get(id)!.name).toBe(name);
        // Parts of a step are cut off, of user and of system time; threads that run go on between the two readings.
        expect(fromAddon.get(id)!.cpuMicroseconds - cpuMicroseconds).toBeLessThan(3 * step);
      }
    });
  },
);
