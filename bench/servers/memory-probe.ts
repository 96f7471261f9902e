import { setTimeout as sleep } from 'node:timers/promises';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/** What a process holds after garbage was collected, in bytes. */
export interface MemorySample {
  readonly residentBytes: number;
  /** Of the main thread. */
  readonly heapBytes: number;
  readonly externalBytes: number;
}

/** How long the threads may take to collect theirs; one that is busy does it when it is not. */
const collectingMs = 200;

/**
 * Preloaded into a server that is watched from its parent (`--import`, with `--expose-gc`), and so into each of its threads: answers
 * every message with what the process holds once the garbage of all threads is gone, which would else rise and fall by more than
 * what is looked for.
 */
const collecting = new BroadcastChannel('understudy-bench-collect');
if (isMainThread && process.send !== undefined) {
  process.on('message', async () => {
    collecting.postMessage(null);
    globalThis.gc?.();
    await sleep(collectingMs);
    const { rss, heapUsed, external } = process.memoryUsage();
    const sample: MemorySample = { residentBytes: rss, heapBytes: heapUsed, externalBytes: external };
    process.send?.(sample);
  });
} else {
  collecting.onmessage = () => globalThis.gc?.();
}
// It keeps no thread from its end.
collecting.unref();
