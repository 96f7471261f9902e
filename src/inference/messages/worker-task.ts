import type { PlacedThread } from '../../threads/thread-placement.ts';
import type { InstanceOptions, LoadedModel } from '../model/loaded-model.ts';
import type { BatchClaim } from './batch-claim.ts';
import type { PackedReplies } from './reply-batch.ts';
import type { PackedRequests } from './request-batch.ts';

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
