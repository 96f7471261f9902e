import { isMainThread } from 'node:worker_threads';

/** What a process holds after garbage was collected, in bytes. */
export interface MemorySample {
  readonly residentBytes: number;
  /** Of the main thread. */
  readonly heapBytes: number;
  readonly externalBytes: number;
}

/**
 * Preloaded into a server that is watched from its parent (`--import`, with `--expose-gc`): answers every message with what
 * the process holds once the main thread's garbage is gone.
 */
if (isMainThread && process.send !== undefined) {
  process.on('message', () => {
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const sample: MemorySample = { residentBytes: rss, heapBytes: heapUsed, externalBytes: external };
    process.send?.(sample);
  });
}
