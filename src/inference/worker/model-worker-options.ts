import type { Transferable } from 'node:worker_threads';
import type { PlacedThread } from '../../threads/thread-placement.ts';
import type { InstanceOptions, LoadedModel } from '../model/loaded-model.ts';
import type { ObserverModule } from '../observer.ts';
import type { Backoff } from './backoff.ts';

/** A thread of the server, or a process behind a thread that relays to it. */
export type Isolation = 'thread' | 'process';

/** Makes the observer of one worker; called once per load, since ports can be given away only once. */
export type ObserverSource = () => {
  readonly module: ObserverModule;
  readonly transfer: readonly Transferable[];
};

export interface ModelWorkerOptions {
  readonly instance: Omit<InstanceOptions, 'observer'>;
  readonly isolation: Isolation;
  /** Of all memory of a process; null for no limit, and for a thread. */
  readonly memoryLimitBytes: number | null;
  readonly observer: ObserverSource | null;
  /** How long to wait before a worker that died is replaced. */
  readonly backoff: Backoff;
  /** A load that takes longer is given up; for as long as it takes when left out. */
  readonly loadDeadlineMs?: number;
  /** Aborted when nobody waits for loads any more. */
  readonly giveUpLoads?: AbortSignal;
  /** Told what an observer failed on; requests are served all the same. */
  readonly onObserverFailure: (sentence: string) => void;
  /** Told what a worker died of, and what keeps it from coming back. */
  readonly onDeath: (sentence: string) => void;
  /** Told that a thread, by its id of `node:worker_threads`, is gone with all it held. */
  readonly onThreadGone: (threadId: number) => void;
  /** Told of every load how its threads were placed. */
  readonly onPlaced?: (placed: PlacedThread) => void;
  /** Told of a thread left behind with a load that was given up; resolves when it has ended after all. */
  readonly onLeftBehind?: (ended: Promise<void>) => void;
}

/** Says why what was loaded must not be used; null when it may. */
export type Admission = (loaded: LoadedModel) => string | null;
