import { placeThread } from '../../threads/place-thread.ts';
import type { PlacedThread } from '../../threads/thread-placement.ts';
import type { BatchClaim } from '../messages/batch-claim.ts';
import type { PackedReplies } from '../messages/reply-batch.ts';
import type { PackedRequests } from '../messages/request-batch.ts';
import type { InstanceOptions, LoadedModel } from '../model/loaded-model.ts';

export type WorkerTask =
  | {
      readonly kind: 'load';
      readonly options: InstanceOptions;
      /** Of all memory of a process; a thread's heap is limited by who creates it. */
      readonly memoryLimitBytes: number | null;
      /** Null where nobody gives batches up. */
      readonly claim: BatchClaim | null;
    }
  | { readonly kind: 'serve'; readonly requests: PackedRequests }
  | { readonly kind: 'release' };

export type WorkerAnswer =
  | {
      readonly kind: 'loaded';
      readonly loaded: LoadedModel;
      readonly placed: PlacedThread;
      /** Of its own process; null for a thread of the server. */
      readonly pid: number | null;
    }
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'served';
      readonly replies: PackedReplies;
      readonly usage: WorkerUsage;
      readonly observerFailure: string | null;
    }
  /** One that had the model died before it had the task, and what took its place has none yet. */
  | { readonly kind: 'empty'; readonly sentence: string }
  /** The process behind a relay ended while it had the task. */
  | { readonly kind: 'died'; readonly sentence: string }
  | { readonly kind: 'released' };

/** What a worker has used since it loaded its model. */
export interface WorkerUsage {
  readonly threadId: number;
  readonly executions: number;
  /** Of its own thread; those of ONNX Runtime are not in it. */
  readonly cpuMicroseconds: number;
  readonly heapBytes: number;
  /** As `BatchRunner.arenaBytes`. */
  readonly arenaBytes: number;
}

/**
 * All that a worker does. It is imported when the thread is placed, and not before: to read and compile it takes some
 * hundred milliseconds of CPU, and a shadow's worker that is replaced must not take them from the primary.
 */
type InstanceWorker = typeof import('./instance-worker.ts');
let worker: InstanceWorker | null = null;

/** The piscina worker behind every instance group, whatever its role. */
export default async function work(task: WorkerTask): Promise<WorkerAnswer> {
  switch (task.kind) {
    case 'load': {
      // Before the session is made, too: the threads that ONNX Runtime creates inherit it.
      const placed = placeThread(task.options.thread);
      worker ??= await import('./instance-worker.ts');
      return worker.load(task.options, task.claim, placed);
    }
    case 'serve':
      if (worker) return worker.serve(task.requests);
      return { kind: 'empty', sentence: 'its worker ended while it had nothing to do' };
    case 'release':
      await worker?.release();
      return { kind: 'released' };
  }
}
