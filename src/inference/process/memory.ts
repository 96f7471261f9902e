import { readFileSync, writeFileSync } from 'node:fs';
import pidusage from 'pidusage';
import { sentenceOf } from '../../errors.ts';

/** Reading /proc costs some 20 µs; elsewhere a command must be run for it. */
const readEveryMs = process.platform === 'linux' ? 200 : 1000;

/**
 * Watches the resident memory of a process and calls once, when it is above the limit.
 *
 * @returns ends the watch
 */
export function watchMemory(
  pid: number,
  limitBytes: number,
  onExceeded: (usedBytes: number) => void,
): () => void {
  const timer = setInterval(async () => {
    const used = await residentBytes(pid);
    // Gone, or not to be read just now for want of a file descriptor; the next time is soon.
    if (used === null || used <= limitBytes) return;
    clearInterval(timer);
    onExceeded(used);
  }, readEveryMs);
  return () => clearInterval(timer);
}

/** Resident memory of a process, bytes; null when it cannot be read. */
export async function residentBytes(pid: number): Promise<number | null> {
  try {
    if (process.platform !== 'linux') return (await pidusage(pid)).memory;
    // In kB, whereas statm counts pages, whose size differs between machines.
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return resident ? Number(resident[1]) * 1024 : null;
  } catch {
    return null;
  }
}

/**
 * Has the kernel end this process first when memory runs out.
 *
 * @returns what was refused, a sentence each
 */
export function offerToOomKiller(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
    return [];
  } catch (error) {
    return [`the system refused to have its process ended first when memory runs out: ${sentenceOf(error)}`];
  }
}

/** A share of the limit for JavaScript objects; the rest is for the model, its runtime and request bodies. */
export function heapLimitMebibytes(memoryLimitBytes: number): number {
  return Math.max(16, Math.floor(memoryLimitBytes / 2 / 1024 ** 2));
}

/** `2.3 GiB of its 2 GiB`. */
export function excessText(usedBytes: number, limitBytes: number): string {
  const used = sizeText(usedBytes);
  const limit = sizeText(limitBytes);
  return used === limit ? `more than its ${limit}` : `${used} of its ${limit}`;
}

function sizeText(bytes: number): string {
  const [divisor, unit] = bytes >= 1024 ** 3 ? [1024 ** 3, 'GiB'] : [1024 ** 2, 'MiB'];
  return `${Number((bytes / divisor).toFixed(1))} ${unit}`;
}
