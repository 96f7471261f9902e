import { setTimeout } from 'node:timers/promises';
import type { Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { PlacedThread } from '../threads/thread-placement.ts';
import type { Backoff } from './backoff.ts';
import { createClaim, freeClaim, giveUpClaim } from './batch-claim.ts';
import type { InstanceOptions, LoadedModel } from './loaded-model.ts';
import type { Run } from './model-instances.ts';
import type { ObserverModule } from './observer.ts';
import { type LaneReply, unpackReplies } from './reply-batch.ts';
import { type LaneRequest, packRequests } from './request-batch.ts';
import type { WorkerAnswer, WorkerTask, WorkerUsage } from './worker.ts';
import { deathSentence, isDeath } from './worker-death.ts';

/** Makes the observer of one worker; called once per load, since ports can be given away only once. */
export type ObserverSource = () => {
  readonly module: ObserverModule;
  readonly transfer: readonly Transferable[];
};

/** A thread of the server, or a process behind a thread that relays to it. */
export type Isolation = 'thread' | 'process';

export interface ModelWorkerOptions {
  readonly instance: Omit<InstanceOptions, 'observer'>;
  readonly isolation: Isolation;
  /** Of all memory of a process; null for no limit, and for a thread. */
  readonly memoryLimitBytes: number | null;
  readonly observer: ObserverSource | null;
  /** How long to wait before a worker that died is replaced. */
  readonly backoff: Backoff;
  /** Told what an observer failed on; requests are served all the same. */
  readonly onObserverFailure: (sentence: string) => void;
  /** Told what a worker died of, and what keeps it from coming back. */
  readonly onDeath: (sentence: string) => void;
  /** Told that a thread, by its id of `node:worker_threads`, is gone with all it held. */
  readonly onThreadGone: (threadId: number) => void;
}

type Loaded = Extract<WorkerAnswer, { kind: 'loaded' }>;
/** `given_up`: has a batch that nobody waits for any more. */
type State = 'idle' | 'busy' | 'given_up' | 'restarting' | 'closed';

const files: Readonly<Record<Isolation, string>> = {
  thread: new URL('./worker.ts', import.meta.url).href,
  process: new URL('./process-relay.ts', import.meta.url).href,
};

/** One instance: a piscina pool of one worker, which is replaced when it dies. */
export class ModelWorker {
  readonly #options: ModelWorkerOptions;
  readonly #pool: Piscina<WorkerTask, WorkerAnswer>;
  readonly #claim = createClaim();
  #loaded: Loaded | null = null;
  #state: State = 'restarting';
  #usage: WorkerUsage | null = null;
  #threadId: number | null = null;
  #restarts = 0;
  /** Called when it can take a batch again after it could not. */
  onReady: (() => void) | null = null;

  private constructor(options: ModelWorkerOptions) {
    const { isolation } = options;
    this.#options = options;
    this.#pool = new Piscina<WorkerTask, WorkerAnswer>({
      filename: files[isolation],
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      workerHistogram: false,
      // A relay has to notice things while it waits for its next task; a worker need not.
      ...(isolation === 'process' ? { atomics: 'disabled' } : {}),
    });
    // A worker that dies while it has nothing to do: without a listener it would take the server along.
    this.#pool.on('error', (error) => {
      this.#noteDeath(deathSentence(error));
      if (this.#state === 'idle') void this.#restart();
    });
  }

  /** @throws UnderstudyError MODEL_NOT_READY with the reason why the version cannot be served */
  static async start(options: ModelWorkerOptions): Promise<ModelWorker> {
    const worker = new ModelWorker(options);
    try {
      await worker.#load();
    } catch (error) {
      await worker.#pool.close();
      throw error;
    }
    return worker;
  }

  /** One that loads in the background, for as long as it takes. */
  static startLater(options: ModelWorkerOptions): ModelWorker {
    const worker = new ModelWorker(options);
    void worker.#restart();
    return worker;
  }

  get isIdle(): boolean {
    return this.#state === 'idle';
  }

  /** Whether it takes batches, now or when it has done with the one it has. */
  get isUp(): boolean {
    return this.#state === 'idle' || this.#state === 'busy';
  }

  /** Null until it has loaded for the first time. */
  get loaded(): LoadedModel | null {
    return this.#loaded?.loaded ?? null;
  }

  get placed(): PlacedThread | null {
    return this.#loaded?.placed ?? null;
  }

  get pid(): number | null {
    return this.#state === 'restarting' ? null : (this.#loaded?.pid ?? null);
  }

  get usage(): WorkerUsage | null {
    return this.#usage;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** To be called only while it is idle. */
  start(requests: readonly LaneRequest[]): Run {
    this.#state = 'busy';
    freeClaim(this.#claim);
    const { promise, reject } = Promise.withResolvers<never>();
    return {
      replies: Promise.race([this.#serve(requests), promise]),
      abandon: () => {
        if (!giveUpClaim(this.#claim)) return false;
        this.#state = 'given_up';
        reject(new UnderstudyError('DEADLINE_EXCEEDED', 'the run took longer than the deadline of its lane'));
        return true;
      },
    };
  }

  /** Waits for what is running; a worker that runs is never terminated, since that would abort the process. */
  async close(): Promise<void> {
    this.#state = 'closed';
    try {
      await this.#pool.run({ kind: 'release' });
    } catch (error) {
      // One that is dead has nothing to release.
      if (!isDeath(error)) throw error;
    }
    await this.#pool.close();
  }

  async #serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    try {
      const packed = packRequests(requests);
      const answer = await this.#run({ kind: 'serve', requests: packed }, [
        packed.bytes,
        packed.table.buffer as ArrayBuffer,
      ]);
      if (answer.kind !== 'served') {
        this.#noteDeath(notServed(answer));
        void this.#restart();
        // Nobody had the request, so nothing can be said of how it would have been served.
        throw new UnderstudyError(
          'MODEL_NOT_READY',
          'the worker ended before it had the request; retry later',
        );
      }
      this.#usage = answer.usage;
      if (answer.observerFailure !== null) this.#options.onObserverFailure(answer.observerFailure);
      return unpackReplies(answer.replies);
    } finally {
      const wasGivenUp = this.#state === 'given_up';
      if (this.#state === 'busy' || wasGivenUp) this.#state = 'idle';
      // It ended in the very moment it was given up: then nothing has to take its place.
      if (wasGivenUp) this.onReady?.();
    }
  }

  /** Loads again, as often as it takes. */
  async #restart(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'restarting';
    this.#restarts++;
    while (this.#state === 'restarting') {
      await setTimeout(this.#options.backoff.nextDelayMs(), undefined, { ref: false });
      // It may have been closed meanwhile.
      if ((this.#state as State) !== 'restarting') return;
      try {
        await this.#load();
        this.onReady?.();
      } catch (error) {
        this.#options.onDeath(`it could not be loaded again: ${sentenceOf(error)}`);
      }
    }
  }

  async #load(): Promise<void> {
    freeClaim(this.#claim);
    const observer = this.#options.observer?.();
    const task: WorkerTask = {
      kind: 'load',
      options: { ...this.#options.instance, observer: observer?.module ?? null },
      memoryLimitBytes: this.#options.memoryLimitBytes,
      claim: this.#claim,
    };
    this.#threadId = this.#pool.threads[0]?.threadId ?? null;
    let answer: WorkerAnswer;
    try {
      answer = await this.#pool.run(task, { transferList: [...(observer?.transfer ?? [])] as never });
    } catch (error) {
      if (!isDeath(error)) throw error;
      if (this.#threadId !== null) this.#options.onThreadGone(this.#threadId);
      throw new UnderstudyError('MODEL_NOT_READY', deathSentence(error));
    }
    if (answer.kind !== 'loaded') throw new UnderstudyError('MODEL_NOT_READY', notLoaded(answer));
    this.#loaded = answer;
    if (this.#state === 'restarting') this.#state = 'idle';
  }

  async #run(task: WorkerTask, transferList: readonly Transferable[]): Promise<WorkerAnswer> {
    let sentence: string;
    try {
      const answer = await this.#pool.run(task, { transferList: transferList as never });
      if (answer.kind !== 'died') return answer;
      sentence = answer.sentence;
    } catch (error) {
      if (!isDeath(error)) throw error;
      sentence = deathSentence(error);
    }
    this.#noteDeath(sentence);
    void this.#restart();
    throw new UnderstudyError('WORKER_DIED', sentence);
  }

  #noteDeath(sentence: string): void {
    if (this.#threadId !== null) this.#options.onThreadGone(this.#threadId);
    this.#options.onDeath(sentence);
  }
}

function notServed(answer: WorkerAnswer): string {
  return answer.kind === 'empty' ? answer.sentence : 'its worker answered what it was not asked';
}

function notLoaded(answer: WorkerAnswer): string {
  if (answer.kind === 'refused') return answer.reason;
  return answer.kind === 'died' ? answer.sentence : 'the worker did not load it';
}
