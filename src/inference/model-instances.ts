import type { LaneReply } from './messages/reply-batch.ts';
import type { LoadedModel } from './model/loaded-model.ts';

/** What instances have cost so far. */
export interface InstanceCounters {
  readonly executions: number;
  /** CPU time of their workers' own threads while they served, microseconds; ONNX Runtime's are not in it. */
  readonly cpuMicroseconds: number;
  /** JavaScript heaps of their workers, bytes. */
  readonly heapBytes: number;
  /** Growth of ONNX Runtime's arenas since load, bytes, estimated. */
  readonly arenaBytes: number;
}

/** A batch that a worker has. */
export interface Run {
  /** One reply per request, in order; rejects with an UnderstudyError WORKER_DIED or DEADLINE_EXCEEDED. */
  readonly replies: Promise<LaneReply[]>;
  /**
   * Gives the batch up: `replies` rejects with DEADLINE_EXCEEDED, whoever looks on in the worker never sees it, and another
   * worker takes the place of the one that hangs.
   *
   * @returns false when it has just ended: then its replies count
   */
  abandon(): boolean;
}

/** How an instance group is doing. */
export interface InstanceHealth {
  /** As the last load found it. */
  readonly loaded: LoadedModel;
  readonly counters: InstanceCounters;
  /** Processes of their own; empty where they are threads of this one. */
  readonly pids: readonly number[];
  /** How many workers were replaced, because they died or hung. */
  readonly restarts: number;
  /** Workers given up with a run, or a load, that did not end yet. */
  readonly leftBehind: number;
}
