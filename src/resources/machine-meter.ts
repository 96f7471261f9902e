import { cpus, freemem, totalmem } from 'node:os';
import type { MachineSample } from './resource-sample.ts';

/** What the system says of all its CPUs and its memory. */
export interface MachineReading {
  /** Milliseconds since it started, over all CPUs. */
  readonly busyMs: number;
  readonly idleMs: number;
  readonly memoryTotalBytes: number;
  /** That programs could have without swapping. */
  readonly memoryAvailableBytes: number;
}

/** Of the whole machine, or of a container as far as it is told apart there. */
export function readMachine(): MachineReading {
  let busyMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    busyMs += times.user + times.nice + times.sys + times.irq;
  }
  return { busyMs, idleMs, memoryTotalBytes: totalmem(), memoryAvailableBytes: freemem() };
}

/** Makes a share of CPU time of what is counted since the machine started. */
export class MachineMeter {
  #last: MachineReading | null = null;

  read(reading: MachineReading): MachineSample {
    const busy = reading.busyMs - (this.#last?.busyMs ?? 0);
    const idle = reading.idleMs - (this.#last?.idleMs ?? 0);
    this.#last = reading;
    return {
      cpuUtilization: busy + idle > 0 ? Math.max(0, busy) / (busy + idle) : 0,
      memoryTotalBytes: reading.memoryTotalBytes,
      memoryUsedBytes: reading.memoryTotalBytes - reading.memoryAvailableBytes,
    };
  }
}
