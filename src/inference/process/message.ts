import type { PackedRequests } from '../messages/request-batch.ts';
import type { WorkerAnswer } from '../messages/worker-task.ts';
import type { InstanceOptions } from '../model/loaded-model.ts';

/** What the relay asks of the process: a worker's task without what cannot leave this process. */
export type ProcessTask =
  | {
      readonly kind: 'load';
      /** The observer's options without its ports. */
      readonly options: InstanceOptions;
      /** Names of those ports: the process makes up for them with ports of its own. */
      readonly portNames: readonly string[];
    }
  | { readonly kind: 'serve'; readonly requests: PackedRequests }
  | { readonly kind: 'release' };

/** What the observer sent to one of its ports. */
export interface PortMessage {
  readonly portName: string;
  readonly message: unknown;
}

/**
 * What comes back: the worker's answer together with what the observer sent meanwhile. One message, so that
 * neither is ever there without the other.
 */
export type ProcessReply =
  | { readonly kind: 'answered'; readonly answer: WorkerAnswer; readonly sent: readonly PortMessage[] }
  /** The worker threw. */
  | { readonly kind: 'failed'; readonly sentence: string; readonly stack: string };

/** What became of the process instead. */
export interface ProcessDeath {
  readonly kind: 'died';
  /** Which process ended, of what, and what it said last. */
  readonly sentence: string;
}

/** File descriptor of the pipe that breaks when the relay's side is gone, whatever became of it. */
export const lifelineDescriptor = 4;
