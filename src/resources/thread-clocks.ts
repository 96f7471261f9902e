import { readdirSync, readFileSync } from 'node:fs';
import type { Addon } from '../../native/addon.ts';
import type { CpuClock } from './cpu-ledger.ts';

export interface ThreadClock extends CpuClock {
  readonly name: string;
}

/** Reads the CPU clock of every thread of this process. */
export type ReadThreadClocks = () => ThreadClock[];

/** Linux counts in hundredths of a second towards programs, whatever its own timer does. */
const microsecondsPerTick = 10_000;

/** Null where the system tells nothing of threads. */
export function threadClocks(addon: Addon | null): ReadThreadClocks | null {
  if (addon !== null) {
    return () =>
      addon
        .threadTimes()
        .map(({ threadId, name, cpuMicroseconds }) => ({ id: threadId, name, cpuMicroseconds }));
  }
  return process.platform === 'linux' ? clocksOfProc : null;
}

/** The same from `/proc`, for where the addon is not built: in steps of 10 ms, and two small files a thread. */
export function clocksOfProc(): ThreadClock[] {
  return readdirSync('/proc/self/task').flatMap((task) => {
    try {
      const name = readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trimEnd();
      const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
      // The name stands in parentheses and may hold anything, so fields are counted from the last one: 14 and 15 of all.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [
        {
          id: Number(task),
          name,
          cpuMicroseconds: (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick,
        },
      ];
    } catch (error) {
      if (hasEnded(error)) return [];
      throw error;
    }
  });
}

/** A thread may end between being listed and being read. */
function hasEnded(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
