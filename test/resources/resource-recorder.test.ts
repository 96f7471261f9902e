import { describe, expect, it } from 'vitest';
import { ResourceRecorder } from '../../src/resources/resource-recorder.ts';
import type { LaneSample, ResourceSample } from '../../src/resources/resource-sample.ts';
import { nothing } from '../../src/resources/use.ts';

function sampleAt(
  second: number,
  lane: { total: number; recent: number; cpu: number },
  more: Partial<LaneSample> = {},
): ResourceSample {
  return {
    timestampMs: 1_000_000 + second * 1000,
    process: { cpuPercent: 10, cpuMicroseconds: second * 100, memoryBytes: 5_000 },
    components: [{ component: 'main', cpuMicroseconds: second * 40 }],
    lanes: [
      {
        ...{ model: 'fraud', version: '8', role: 'shadow' },
        total: { ...nothing, rows: lane.total, cpuMicroseconds: lane.cpu },
        recent: { ...nothing, rows: lane.recent },
        memory: { totalBytes: 30, loadBytes: 20, heapBytes: 10, arenaBytes: null, residentBytes: null },
        ...{ gpu: null, costPer1000: { amount: 0.25, currency: 'EUR' } },
        ...more,
      },
    ],
    ...{ machine: null, devices: [] },
  };
}

describe('the rows of the log', () => {
  it('tell of every second in which a lane ran: the lane, the components and the process', () => {
    const recorder = new ResourceRecorder();
    expect(recorder.rowsOf(sampleAt(0, { total: 0, recent: 0, cpu: 0 }))).toEqual([]);
    const rows = recorder.rowsOf(sampleAt(1, { total: 50, recent: 50, cpu: 800 }));
    expect(rows).toMatchObject([
      {
        ...{ timestampMs: 1_001_000, model: 'fraud', version: '8', role: 'shadow', component: null },
        ...{ intervalMs: 1000, rows: 50, cpuMicroseconds: 800, totalRows: 50, totalCpuMicroseconds: 800 },
        ...{ memoryBytes: 30, loadBytes: 20, heapBytes: 10, gpuMicroseconds: null },
        ...{ costPer1000: 0.25, currency: 'EUR' },
      },
      { model: '_server', role: 'component', component: 'main', cpuMicroseconds: 40, rows: null },
      { model: '_server', role: 'process', cpuMicroseconds: 100, memoryBytes: 5_000, residentBytes: 5_000 },
    ]);
  });

  it('stay away while nothing runs, but for one a minute, and lose nothing of it', () => {
    const recorder = new ResourceRecorder();
    const idle = (second: number) => sampleAt(second, { total: 0, recent: 0, cpu: second * 7 });
    recorder.rowsOf(idle(0));
    const quiet = Array.from({ length: 59 }, (_, second) => recorder.rowsOf(idle(second + 1)));
    expect(quiet.flat()).toEqual([]);
    const afterAMinute = recorder.rowsOf(idle(60));
    expect(afterAMinute).toHaveLength(3);
    expect(afterAMinute[0]).toMatchObject({ intervalMs: 60_000, rows: 0, cpuMicroseconds: 420 });
    const busy = recorder.rowsOf(sampleAt(62, { total: 1, recent: 1, cpu: 500 }));
    expect(busy[0]).toMatchObject({ intervalMs: 2000, rows: 1, cpuMicroseconds: 80, totalRows: 1 });
    expect(busy[2]).toMatchObject({ role: 'process', intervalMs: 2000, cpuMicroseconds: 200 });
  });
});
