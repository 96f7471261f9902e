import { describe, expect, it } from 'vitest';
import type { GpuReading } from '../../native/addon.ts';
import type { LaneReading } from '../../src/resources/lane-reading.ts';
import type { ProcessUsage } from '../../src/resources/process-usage.ts';
import { ResourceSampler } from '../../src/resources/resource-sampler.ts';
import type { ThreadClock } from '../../src/resources/thread-clocks.ts';
import { gpuReading, laneAccount, laneCounters } from './sample-readings.ts';

const pid = 100;

/** What the system says, to be changed between two samples. */
function machine() {
  const state = {
    threads: [] as ThreadClock[] | null,
    processes: [] as ProcessUsage[],
    gpus: [] as GpuReading[],
    machine: { busyMs: 9000, idleMs: 1000, memoryTotalBytes: 1000, memoryAvailableBytes: 600 },
    seconds: 0,
  };
  const sampler = new ResourceSampler({
    pid,
    threads: () => state.threads!,
    processes: async (pids) => state.processes.filter(({ id }) => pids.includes(id)),
    gpus: () => state.gpus,
    machine: () => state.machine,
    visibleDevices: undefined,
    nowMicroseconds: () => state.seconds * 1e6,
  });
  return { state, sampler };
}

function thread(id: number, name: string, cpuMicroseconds: number): ThreadClock {
  return { id, name, cpuMicroseconds };
}

function usage(id: number, cpuMicroseconds: number, memoryBytes = 1_000): ProcessUsage {
  return { id, cpuMicroseconds, memoryBytes, cpuPercent: 50 };
}

function reading(
  account: Parameters<typeof laneAccount>[0] = {},
  counters: Parameters<typeof laneCounters>[0] = {},
): LaneReading {
  return { account: laneAccount(account), counters: laneCounters(counters) };
}

describe('a sampler', () => {
  it('books threads by name to lanes and components, and the rest to the runtime', async () => {
    const { state, sampler } = machine();
    state.processes = [usage(pid, 0)];
    state.threads = [];
    await sampler.take([reading()], 0, true);
    state.threads = [
      ...[thread(pid, 'MainThread', 5), thread(101, 'log', 30), thread(102, 'analysis', 40)],
      ...[thread(103, 'resources', 50), thread(104, 'V8Worker', 6), thread(105, 'libuv-worker', 7)],
      // The worker, and two threads that ONNX Runtime made for it.
      ...[thread(106, '7 fraud', 100), thread(107, '7 fraud', 200), thread(108, '7 fraud', 300)],
    ];
    state.seconds = 1;
    const sample = await sampler.take([reading({}, { rows: 4, executions: 2 })], 1000, true);
    expect(sample.components).toEqual([
      { component: 'main', cpuMicroseconds: 5 },
      { component: 'log', cpuMicroseconds: 30 },
      { component: 'analysis', cpuMicroseconds: 40 },
      { component: 'resources', cpuMicroseconds: 50 },
      { component: 'runtime', cpuMicroseconds: 13 },
    ]);
    expect(sample.lanes).toMatchObject([
      {
        ...{ model: 'fraud', version: '7', role: 'primary' },
        total: { rows: 4, executions: 2, cpuMicroseconds: 600, wallMicroseconds: 1_000_000 },
      },
    ]);
    expect(sample.process).toEqual({ cpuPercent: 50, cpuMicroseconds: 0, memoryBytes: 1_000 });
  });

  it('does not charge a lane for its loading', async () => {
    const { state, sampler } = machine();
    state.processes = [usage(pid, 0)];
    state.threads = [thread(106, '7 fraud', 900)];
    const loaded = await sampler.take([reading({}, { rows: 3 })], 0, true);
    expect(loaded.lanes[0]!.total).toMatchObject({ rows: 0, cpuMicroseconds: 0 });
    expect(loaded.components.at(-1)).toEqual({ component: 'runtime', cpuMicroseconds: 900 });
    state.threads = [thread(106, '7 fraud', 950)];
    const later = await sampler.take([reading({}, { rows: 5 })], 1000, true);
    expect(later.lanes[0]!.total).toMatchObject({ rows: 2, cpuMicroseconds: 50 });
  });

  it('tells what happened in the last second, whoever asks in between', async () => {
    const { state, sampler } = machine();
    state.processes = [usage(pid, 0)];
    const at = async (seconds: number, cpu: number, rows: number, tick: boolean) => {
      state.seconds = seconds;
      state.threads = [thread(106, '7 fraud', cpu)];
      return (await sampler.take([reading({}, { rows })], seconds * 1000, tick)).lanes[0]!;
    };
    await at(0, 0, 0, true);
    await at(1, 1000, 10, true);
    const between = await at(1.5, 1600, 16, false);
    expect(between.total).toMatchObject({ rows: 16, cpuMicroseconds: 1600 });
    expect(between.recent).toMatchObject({ rows: 10, cpuMicroseconds: 1000, wallMicroseconds: 1e6 });
    const second = await at(2, 2400, 22, true);
    expect(second.recent).toMatchObject({ rows: 12, cpuMicroseconds: 1400, wallMicroseconds: 1e6 });
  });

  it('keeps what ended workers used and counted', async () => {
    const { state, sampler } = machine();
    state.processes = [usage(pid, 0)];
    state.threads = [thread(106, '7 fraud', 0)];
    await sampler.take([reading()], 0, true);
    state.threads = [thread(106, '7 fraud', 500)];
    await sampler.take([reading({}, { executions: 5 })], 1000, true);
    state.threads = [thread(110, '7 fraud', 40)];
    const { lanes } = await sampler.take([reading({}, { executions: 1 })], 2000, true);
    expect(lanes[0]!.total).toMatchObject({ executions: 6, cpuMicroseconds: 540 });
  });

  it('takes CPU and resident memory of a lane in processes from the processes', async () => {
    const { state, sampler } = machine();
    const lane = (pids: number[], heapBytes: number) =>
      reading(
        { role: 'shadow', version: '8', threadName: '8 fraud', pids },
        { heapBytes, loadMemoryBytes: 5 },
      );
    state.threads = [thread(106, '8 fraud', 0)];
    state.processes = [usage(pid, 0), usage(200, 7_000)];
    const first = await sampler.take([lane([200], 1)], 0, true);
    expect(first.lanes[0]!.memory.residentBytes).toBe(1_000);
    // The thread that relays to the process counts, too.
    state.threads = [thread(106, '8 fraud', 30)];
    state.processes = [usage(pid, 0), usage(200, 9_000, 64_000)];
    const before = await sampler.take([lane([200], 1)], 1000, true);
    expect(before.lanes[0]).toMatchObject({
      total: { cpuMicroseconds: 2_030 },
      memory: { totalBytes: 64_000, residentBytes: 64_000, loadBytes: 5, heapBytes: 1 },
    });
    // It crashed, and another took its place.
    state.processes = [usage(pid, 0), usage(201, 400, 32_000)];
    const after = await sampler.take([lane([201], 1)], 2000, true);
    expect(after.lanes[0]).toMatchObject({
      total: { cpuMicroseconds: 2_430 },
      memory: { totalBytes: 32_000 },
    });
    state.processes = [usage(pid, 0)];
    const none = await sampler.take([lane([], 1)], 3000, true);
    expect(none.lanes[0]!.memory).toMatchObject({ totalBytes: 6, residentBytes: null });
  });

  it('makes do with what workers count where threads cannot be told apart', async () => {
    const { state, sampler } = machine();
    state.processes = [usage(pid, 0)];
    state.threads = [thread(106, 'WorkerThread', 100)];
    await sampler.take([reading({}, { workerCpuMicroseconds: 60 })], 0, true);
    state.threads = [thread(106, 'WorkerThread', 300)];
    const { lanes, components } = await sampler.take(
      [reading({}, { workerCpuMicroseconds: 250 })],
      1000,
      true,
    );
    expect(lanes[0]!.total.cpuMicroseconds).toBe(190);
    expect(components.at(-1)).toEqual({ component: 'runtime', cpuMicroseconds: 110 });
    // It counts when a batch ends, the system at once: what came early is not taken back, nor counted again.
    state.threads = [thread(106, 'WorkerThread', 310)];
    const late = await sampler.take([reading({}, { workerCpuMicroseconds: 280 })], 2000, true);
    expect(late.components.at(-1)).toEqual({ component: 'runtime', cpuMicroseconds: 110 });
    state.threads = [thread(106, 'WorkerThread', 340)];
    const later = await sampler.take([reading({}, { workerCpuMicroseconds: 280 })], 3000, true);
    expect(later.components.at(-1)).toEqual({ component: 'runtime', cpuMicroseconds: 120 });
  });

  it('says how busy all CPUs of the machine were in the last second, and what memory is used', async () => {
    const { state, sampler } = machine();
    const take = async (busyMs: number, idleMs: number) => {
      state.machine = { ...state.machine, busyMs, idleMs };
      return (await sampler.take([], 0, true)).machine;
    };
    expect((await sampler.take([], 0, false)).machine).toBeNull();
    await take(9000, 1000);
    const memory = { memoryTotalBytes: 1000, memoryUsedBytes: 400 };
    expect(await take(9500, 2500)).toEqual({ cpuUtilization: 0.25, ...memory });
    // A second in which the clocks did not move.
    expect(await take(9500, 2500)).toEqual({ cpuUtilization: 0, ...memory });
  });

  it('sums the GPU up second by second and prices it', async () => {
    const { state, sampler } = machine();
    state.processes = [usage(pid, 0)];
    const price = { currency: 'EUR', cpuHour: 0, gpuHour: 3.6 };
    const lane = (computeMicroseconds: number) =>
      reading(
        { gpu: { provider: 'cuda', device: 0 }, price },
        { computeMicroseconds, rows: computeMicroseconds / 100 },
      );
    state.gpus = [gpuReading({ utilizationPercent: 40, powerMilliwatts: 100_000 })];
    for (const seconds of [0, 1, 2]) {
      state.seconds = seconds;
      await sampler.take([lane(seconds * 200_000)], seconds * 1000, true);
    }
    state.seconds = 3;
    const { lanes, devices } = await sampler.take([lane(400_000)], 3000, true);
    expect(lanes[0]!.total).toMatchObject({
      gpuMicroseconds: expect.closeTo(800_000, 6),
      gpuMillijoules: expect.closeTo(200_000, 6),
    });
    // In the last second nothing ran.
    expect(lanes[0]!.gpu).toMatchObject({ utilization: 0, powerWatts: 0 });
    expect(devices).toMatchObject([{ utilization: 0.4, powerWatts: 100, energyJoules: 300 }]);
    // 0.8 s of GPU at 0.001 a second, for 4,000 rows.
    expect(lanes[0]!.costPer1000).toEqual({ amount: expect.closeTo(0.0002, 12), currency: 'EUR' });
  });
});
