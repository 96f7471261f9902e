import { totalmem } from 'node:os';

const mebibyte = 1024 * 1024;

/** What DuckDB may hold, in MiB; what is beyond goes to its temporary files. */
export interface MemoryLimits {
  /** Hot rows, and what a flush takes. What was checkpointed is read again where it is needed. */
  readonly everyday: number;
  /** While a report sums up or hours are exported: joins that do not fit take three times as long. */
  readonly raised: number;
}

const everyday = 256;

/** The raised one is a share of the machine's memory, or of the container's where that is limited. */
export function memoryLimits(available: number = availableMemory()): MemoryLimits {
  const share = (part: number, most: number) =>
    Math.max(everyday, Math.min(most, Math.floor(available / mebibyte / part)));
  return { everyday, raised: Math.max(share(4, 1024), share(8, 4096)) };
}

function availableMemory(): number {
  // 0 where nothing limits it, and sometimes a number beyond all memory.
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
