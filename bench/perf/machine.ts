import { release } from 'node:os';
import { readMachineFacts } from '../../src/doctor/machine.ts';
import { readCgroup } from '../../src/doctor/read-cgroup.ts';
import { readText } from '../../src/doctor/read-text.ts';
import type { Machine } from './perf-result.ts';

/** The machine that makes the load; whether the server runs there, too, only the URL can tell. */
export function readMachine(): Machine {
  const { cpuModel, cpus, memoryTotalBytes } = readMachineFacts(readText);
  const { cpus: available, memoryLimit } = readCgroup(readText);
  return {
    ...{ cpuModel, cpus, memoryTotalBytes },
    availableCpus: available.count,
    memoryLimitBytes: memoryLimit?.bytes ?? null,
    kernel: release(),
  };
}
