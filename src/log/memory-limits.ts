import { totalmem } from 'node:os';

const mebibyte = 1024 * 1024;

/** What DuckDB may hold, in MiB; what is beyond goes to its temporary files. */
export interface MemoryLimits {
  /** Hot rows, and what a flush or an export takes. */
  readonly everyday: number;
  /** While a report sums up: joins that do not fit take three times as long. */
  readonly session: number;
}

/** Shares of the machine's memory, or of the container's where that is limited. */
export function memoryLimits(available: number = availableMemory()): MemoryLimits {
  const share = (part: number, most: number) =>
    Math.max(256, Math.min(most, Math.floor(available / mebibyte / part)));
  const everyday = share(4, 1024);
  return { everyday, session: Math.max(everyday, share(8, 4096)) };
}

function availableMemory(): number {
  // 0 where nothing limits it, and sometimes a number beyond all memory.
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
