import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { loadAddon } from '../../native/addon.ts';
import type { ResourceRow } from '../../src/log/resource-row.ts';
import type { LaneReading } from '../../src/resources/lane-reading.ts';
import { ResourceMonitor, type ResourceMonitorOptions } from '../../src/resources/resource-monitor.ts';
import type { PlacedThread } from '../../src/threads/thread-placement.ts';
import { until } from '../log/open-test-log.ts';
import { compileLibrary, hasNoCompiler } from '../native/compile.ts';
import { laneAccount, laneCounters } from './sample-readings.ts';

const folder = mkdtempSync(join(tmpdir(), 'understudy-monitor-'));
afterAll(() => rmSync(folder, { recursive: true }));

function startMonitor(differing: Partial<ResourceMonitorOptions> = {}) {
  const { port1, port2 } = new MessageChannel();
  const rows: ResourceRow[] = [];
  port2.on('message', (message: ResourceRow[]) => rows.push(...message));
  const placed: PlacedThread[] = [];
  const logged: string[] = [];
  const record = (_: object, message: string) => void logged.push(message);
  const monitor = new ResourceMonitor({
    placement: { role: 'resources', name: 'resources', yielding: 'niced', cpus: null },
    logPort: port1,
    logger: { info: record, warn: record, error: record },
    readings: async () => [],
    onPlaced: (thread) => void placed.push(thread),
    ...differing,
  });
  return { monitor, rows, placed, logged };
}

/** Keeps this thread busy until it has used so much, however many others want the CPU. */
function burn(cpuMilliseconds: number): void {
  const start = process.threadCpuUsage();
  while (process.threadCpuUsage(start).user < cpuMilliseconds * 1000);
}

describe('the resource monitor', () => {
  it('knows at once what was used until now, on a thread of its own that yields', async () => {
    const { monitor, placed, logged } = startMonitor({ intervalMs: 3_600_000 });
    await using _ = monitor;
    await until(() => monitor.latest !== null);
    const before = (await monitor.upToNow())!;
    burn(300);
    const after = (await monitor.upToNow())!;
    const cpuOf = (sample: typeof before, part: string) =>
      sample.components.find(({ component }) => component === part)!.cpuMicroseconds;
    expect(cpuOf(after, 'main') - cpuOf(before, 'main')).toBeGreaterThan(100_000);
    expect(cpuOf(after, 'resources')).toBeGreaterThan(0);
    expect(after.process!.memoryBytes).toBeGreaterThan(10_000_000);
    expect(after.process!.cpuMicroseconds - before.process!.cpuMicroseconds).toBeGreaterThan(100_000);
    expect(placed).toMatchObject([{ role: 'resources', name: 'resources', yielding: 'niced' }]);
    expect(logged).toEqual([]);
  });

  it('sends rows to the log while lanes run, the last of them when it closes', async () => {
    let rows = 0;
    const lane = (): LaneReading => ({
      account: laneAccount(),
      counters: laneCounters({ rows, executions: rows }),
    });
    const started = startMonitor({ intervalMs: 20, readings: async () => [lane()] });
    await until(() => started.monitor.latest !== null);
    rows = 5;
    await until(() => started.rows.some(({ role }) => role === 'process'));
    rows = 7;
    await started.monitor.close();
    const written = started.rows.filter(({ role }) => role === 'primary');
    expect(written.reduce((sum, row) => sum + row.rows!, 0)).toBe(7);
    expect(written.at(-1)).toMatchObject({ model: 'fraud', version: '7', totalRows: 7 });
    expect(new Set(started.rows.map(({ component }) => component))).toEqual(
      new Set([null, 'main', 'log', 'analysis', 'resources', 'runtime']),
    );
  });

  it('goes on where the lanes could not be read, and says so', async () => {
    let fails = true;
    const { monitor, logged } = startMonitor({
      intervalMs: 3_600_000,
      readings: async () => {
        if (fails) throw new Error('no lanes today');
        return [];
      },
    });
    await using _ = monitor;
    expect(await monitor.upToNow()).toBeNull();
    expect(logged).toContain('what the lanes count could not be read');
    fails = false;
    expect((await monitor.upToNow())?.process).not.toBeNull();
  });

  it('asks once for all who want to know at the same time', async () => {
    let asked = 0;
    const { monitor } = startMonitor({
      intervalMs: 3_600_000,
      readings: async () => {
        asked++;
        return [];
      },
    });
    await using _ = monitor;
    await until(() => monitor.latest !== null);
    const before = asked;
    await Promise.all(Array.from({ length: 50 }, () => monitor.upToNow()));
    expect(asked - before).toBe(1);
    await monitor.upToNow();
    expect(asked - before).toBe(2);
  });

  it('waits two seconds for its last sample, and not for ever', async () => {
    let hangs = false;
    const { monitor } = startMonitor({
      intervalMs: 3_600_000,
      readings: () => (hangs ? new Promise(() => undefined) : Promise.resolve([])),
    });
    await until(() => monitor.latest !== null);
    hangs = true;
    const start = performance.now();
    await monitor.close();
    expect(performance.now() - start).toBeGreaterThan(1900);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  const onGpu = (version: string, computeMicroseconds: number, provider = 'cuda'): LaneReading => ({
    account: laneAccount({ version, gpu: { provider, device: 0 } }),
    counters: laneCounters({ computeMicroseconds, executions: computeMicroseconds }),
  });

  it('says once why it knows nothing of a GPU, and only where one is used', async () => {
    const readings: LaneReading[] = [];
    const nvmlLibrary = join(folder, 'not-there.so');
    const { monitor, logged } = startMonitor({
      intervalMs: 3_600_000,
      nvmlLibrary,
      readings: async () => readings,
    });
    await using _ = monitor;
    await monitor.upToNow();
    readings.push(onGpu('8', 0, 'webgpu'));
    await monitor.upToNow();
    expect(logged).toEqual([]);
    readings.push(onGpu('7', 0));
    await monitor.upToNow();
    await monitor.upToNow();
    expect(logged).toEqual([expect.stringMatching(/^what models use of the GPU is not known: ./)]);
  });

  describe.skipIf(hasNoCompiler || loadAddon() === null)(
    'over a management library of the test’s own (skipped without a compiler)',
    () => {
      it('divides what it says of the GPU among the lanes', async () => {
        let compute = 0;
        const { monitor, logged } = startMonitor({
          intervalMs: 20,
          nvmlLibrary: compileLibrary('fake-nvml', folder),
          readings: async () => {
            compute += 1000;
            return [onGpu('7', compute), onGpu('8', 3 * compute)];
          },
        });
        await using _ = monitor;
        await until(
          () => monitor.latest?.lanes.every(({ recent }) => recent.computeMicroseconds > 0) ?? false,
        );
        const { lanes, devices } = monitor.latest!;
        expect(devices[0]).toEqual({
          index: 0,
          uuid: 'GPU-00000000-0000-0000-0000-000000000000',
          memoryTotalBytes: 81559 * 2 ** 20,
          memoryUsedBytes: 1500 * 2 ** 20,
          utilization: 0.37,
          powerWatts: 123.456,
          powerLimitWatts: 700,
          energyJoules: expect.any(Number),
        });
        expect(lanes.map(({ gpu }) => gpu)).toMatchObject([
          { index: 0, utilization: expect.closeTo(0.37 / 4, 6) },
          { index: 0, utilization: expect.closeTo((0.37 * 3) / 4, 6) },
        ]);
        expect(lanes[1]!.total.gpuMicroseconds / lanes[0]!.total.gpuMicroseconds).toBeCloseTo(3, 6);
        expect(logged).toEqual([]);
      });
    },
  );
});
