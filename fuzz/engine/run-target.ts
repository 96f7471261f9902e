import { Worker } from 'node:worker_threads';
import type { LoopOptions, Progress } from './fuzz-loop.ts';
import { defaultMaxLength, type Finding } from './fuzz-target.ts';
import { SharedInput } from './shared-input.ts';

export interface RunOptions {
  /** Module with the `target`. */
  readonly targetUrl: string;
  /** Modules whose URL begins like that tell what is reached. */
  readonly instrumented: readonly string[];
  readonly corpus: readonly Uint8Array[];
  readonly seed: number;
  readonly until: LoopOptions['until'];
  /** CPU time after which an input that is still run hangs. */
  readonly hangMs: number;
  readonly onProgress: (progress: Progress) => void;
}

export type WorkerOptions = Omit<RunOptions, 'onProgress' | 'hangMs'> & {
  readonly shared: SharedArrayBuffer;
};

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly progress: Progress; readonly distilled: readonly Uint8Array[] }
  | {
      readonly kind: 'finding';
      readonly progress: Progress;
      readonly finding: Finding;
      readonly input: Uint8Array;
    };

export interface RunResult {
  readonly progress: Progress | null;
  readonly finding: { readonly finding: Finding; readonly input: Buffer } | null;
  readonly distilled: readonly Buffer[];
}

/** Inputs are some kilobytes: what fills this has grown out of proportion, or leaks. */
const heapMegabytes = 512;
const longestInput = 64 * 1024;
const lookEveryMs = 250;

/**
 * Fuzzes one target on a thread of its own, so that an input that never ends, or fills the heap, is known afterwards. The CPU time of
 * the whole process is what is watched: there must not be much else in it.
 */
export async function runTarget({ onProgress, hangMs, ...options }: RunOptions): Promise<RunResult> {
  const shared = new SharedInput(SharedInput.bufferFor(Math.max(longestInput, defaultMaxLength)));
  const workerData: WorkerOptions = { ...options, shared: shared.buffer };
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  let progress: Progress | null = null;
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const died = (kind: Finding['kind'], sentence: string): void => {
    if (shared.count === 0) reject(new Error(`the target could not be loaded: ${sentence}`));
    resolve({ progress, finding: { finding: { kind, sentence }, input: shared.read() }, distilled: [] });
  };
  worker.on('message', (message: WorkerMessage) => {
    progress = message.progress;
    if (message.kind === 'progress') onProgress(progress);
    else if (message.kind === 'done') {
      resolve({ progress, finding: null, distilled: message.distilled.map((input) => Buffer.from(input)) });
    } else {
      const { finding, input } = message;
      resolve({ progress, finding: { finding, input: Buffer.from(input) }, distilled: [] });
    }
  });
  worker.on('error', (error) => died('died', error.stack ?? error.message));
  const watch = watchFor(shared, hangMs, (ms) =>
    died('hang', `is still being run after ${Math.round(ms)} ms of CPU`),
  );
  try {
    return await promise;
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

function watchFor(shared: SharedInput, hangMs: number, onHang: (ms: number) => void): NodeJS.Timeout {
  let seen = { count: 0, cpu: process.cpuUsage() };
  return setInterval(() => {
    const { count } = shared;
    if (count !== seen.count || count === 0) {
      seen = { count, cpu: process.cpuUsage() };
      return;
    }
    const { user, system } = process.cpuUsage(seen.cpu);
    if ((user + system) / 1000 > hangMs) onHang((user + system) / 1000);
  }, lookEveryMs);
}
