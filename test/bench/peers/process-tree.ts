import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** This process and all that it and its children have started, from Linux's `/proc`. */
export function processTree(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(processTree)];
}

/** Those that still run once all have ended, or after ten seconds. */
export async function survivors(pids: readonly number[]): Promise<number[]> {
  for (let tries = 0; tries < 100; tries++) {
    if (!pids.some(runs)) return [];
    await sleep(100);
  }
  return pids.filter(runs);
}

function runs(pid: number): boolean {
  try {
    // A zombie has ended; it only waits for its parent to ask how.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
