import pidusage from 'pidusage';
import type { CpuClock } from './cpu-ledger.ts';

export interface ProcessUsage extends CpuClock {
  /** Percent of one core since it was last asked for. */
  readonly cpuPercent: number;
  readonly memoryBytes: number;
}

/** CPU and resident memory of processes; those that have ended are missing. Rejects where none is there. */
export async function processUsage(pids: readonly number[]): Promise<ProcessUsage[]> {
  const found: Record<string, pidusage.Status | null | undefined> = await pidusage([...pids]);
  return Object.values(found).flatMap((status) =>
    status
      ? [
          {
            id: status.pid,
            cpuMicroseconds: status.ctime * 1000,
            cpuPercent: status.cpu,
            memoryBytes: status.memory,
          },
        ]
      : [],
  );
}
