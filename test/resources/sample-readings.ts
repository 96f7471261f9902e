import type { GpuReading } from '../../native/addon.ts';
import type { LaneAccount, LaneCounters } from '../../src/resources/lane-reading.ts';

/** A GPU that rests, but for what the test says. */
export function gpuReading(differing: Partial<GpuReading> = {}): GpuReading {
  return {
    ...{ index: 0, uuid: 'GPU-0', name: 'Test GPU', memoryTotalBytes: 80_000, memoryUsedBytes: 1_000 },
    ...{
      utilizationPercent: 0,
      powerMilliwatts: 50_000,
      powerLimitMilliwatts: 400_000,
      energyMillijoules: null,
      processes: [],
    },
    ...differing,
  };
}

export function laneAccount(differing: Partial<LaneAccount> = {}): LaneAccount {
  return {
    ...{ model: 'fraud', version: '7', role: 'primary', threadName: '7 fraud' },
    ...{ pids: [], gpu: null, price: null },
    ...differing,
  };
}

export function laneCounters(differing: Partial<LaneCounters> = {}): LaneCounters {
  return {
    ...{ rows: 0, executions: 0, queueMicroseconds: 0, computeMicroseconds: 0, workerCpuMicroseconds: 0 },
    ...{ heapBytes: 0, loadMemoryBytes: 0, arenaBytes: null },
    ...differing,
  };
}
