import { setTimeout as pause } from 'node:timers/promises';
import type { Transferable } from 'node:worker_threads';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import type { PlacedThread } from '../../threads/thread-placement.ts';
import type { WorkerAnswer, WorkerTask, WorkerUsage } from '../instance/worker.ts';
import { freeClaim, giveUpClaim } from '../messages/batch-claim.ts';
import { type LaneReply, unpackReplies } from '../messages/reply-batch.ts';
import { type LaneRequest, packRequests } from '../messages/request-batch.ts';
import type { InstanceOptions, LoadedModel } from '../model/loaded-model.ts';
import type { Run } from '../model-instances.ts';
import type { ObserverModule } from '../observer.ts';
import type { Backoff } from './backoff.ts';
import { LoadLimit } from './load-limit.ts';
import { type Isolation, ThreadGone, WorkerThread } from './worker-thread.ts';

export type { Isolation } from './worker-thread.ts';

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

type Loaded = Extract<WorkerAnswer, { kind: 'loaded' }>;
/** `given_up`: has a batch that nobody waits for any more. */
type State = 'idle' | 'busy' | 'given_up' | 'restarting' | 'closed';

const files: Readonly<Record<Isolation, string>> = {
  thread: new URL('../instance/worker.ts', import.meta.url).href,
  process: new URL('../process/relay.ts', import.meta.url).href,
};
/** Threads that hang keep their memory: with more of them than this, none takes the place of the next. */
export const maxLeftBehind = 2;
/** How long a load may take to end when its worker is closed. */
const closeGraceMs = 3_000;
/** How long the end of a process may take that was told to end. */
const killGraceMs = 15_000;

/** One instance: a worker thread, which is replaced when it dies. */
export class ModelWorker {
  readonly #options: ModelWorkerOptions;
  readonly #admits: Admission;
  #thread: WorkerThread | null = null;
  #loaded: Loaded | null = null;
  #state: State = 'restarting';
  /** Of all threads it has had: what it has used never becomes less. */
  #usage: WorkerUsage | null = null;
  #formerUse = { executions: 0, cpuMicroseconds: 0 };
  #restarts = 0;
  #load: { readonly limit: LoadLimit; readonly settled: Promise<unknown> } | null = null;
  /** Given up with a load that has not ended. */
  readonly #leftBehind = new Set<WorkerThread>();
  /** Called when it can take a batch again after it could not. */
  onReady: (() => void) | null = null;

  private constructor(options: ModelWorkerOptions, admits: Admission) {
    this.#options = options;
    this.#admits = admits;
  }

  /** @throws UnderstudyError MODEL_NOT_READY with the reason why the version cannot be served */
  static async start(options: ModelWorkerOptions, admits: Admission = () => null): Promise<ModelWorker> {
    const worker = new ModelWorker(options, admits);
    try {
      await worker.#loadOnce();
    } catch (error) {
      worker.#state = 'closed';
      await worker.#thread?.close();
      throw error;
    }
    return worker;
  }

  /** One that loads in the background, as often as it takes. */
  static startLater(options: ModelWorkerOptions, admits: Admission = () => null): ModelWorker {
    const worker = new ModelWorker(options, admits);
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

  /** Threads whose load was given up and has not ended. */
  get leftBehind(): number {
    return this.#leftBehind.size;
  }

  /** Whether it loads no more until one of those it left behind has ended. */
  get isExhausted(): boolean {
    return this.#state === 'restarting' && this.#leftBehind.size > maxLeftBehind;
  }

  /** To be called only while it is idle. */
  start(requests: readonly LaneRequest[]): Run {
    this.#state = 'busy';
    const { claim } = this.#thread!;
    freeClaim(claim);
    const { promise, reject } = Promise.withResolvers<never>();
    return {
      replies: Promise.race([this.#serve(requests), promise]),
      abandon: () => {
        if (!giveUpClaim(claim)) return false;
        this.#state = 'given_up';
        reject(new UnderstudyError('DEADLINE_EXCEEDED', 'the run took longer than the deadline of its lane'));
        return true;
      },
    };
  }

  /**
   * Waits for a run that has not ended, but not for a load that does not; a thread that works is never
   * terminated, since that would abort the process.
   */
  async close(): Promise<void> {
    this.#state = 'closed';
    if (this.#load) {
      const { limit, settled } = this.#load;
      const timer = setTimeout(() => limit.giveUp('the server is closing'), closeGraceMs);
      await settled;
      clearTimeout(timer);
    }
    await this.#thread?.release();
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
      this.#noteUsage(answer.usage);
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
      await pause(this.#options.backoff.nextDelayMs(), undefined, { ref: false });
      // It may have been closed meanwhile.
      if ((this.#state as State) !== 'restarting') return;
      if (this.isExhausted) continue;
      try {
        await this.#loadOnce();
        this.onReady?.();
      } catch (error) {
        if ((this.#state as State) === 'closed') return;
        this.#options.onDeath(`it could not be loaded again: ${sentenceOf(error)}`);
      }
    }
  }

  async #loadOnce(): Promise<void> {
    const limit = new LoadLimit(this.#options.loadDeadlineMs ?? null, this.#options.giveUpLoads ?? null);
    const { promise: settled, resolve } = Promise.withResolvers<void>();
    this.#load = { limit, settled };
    try {
      const answer = await this.#ask(this.#usableThread(), limit);
      if (answer.kind !== 'loaded') throw new UnderstudyError('MODEL_NOT_READY', notLoaded(answer));
      const objection = this.#admits(answer.loaded);
      if (objection !== null) {
        await this.#thread?.run({ kind: 'release' }, []);
        throw new UnderstudyError('MODEL_NOT_READY', objection);
      }
      this.#loaded = answer;
      this.#options.onPlaced?.(answer.placed);
      if (this.#state === 'restarting') this.#state = 'idle';
    } finally {
      limit[Symbol.dispose]();
      this.#load = null;
      resolve();
    }
  }

  /** Has the model loaded within the limit; a thread that goes on loading is left behind. */
  async #ask(thread: WorkerThread, limit: LoadLimit): Promise<WorkerAnswer> {
    freeClaim(thread.claim);
    const observer = this.#options.observer?.();
    const task: WorkerTask = {
      kind: 'load',
      options: { ...this.#options.instance, observer: observer?.module ?? null },
      memoryLimitBytes: this.#options.memoryLimitBytes,
      claim: thread.claim,
    };
    const running = thread.run(task, observer?.transfer ?? []);
    try {
      return await Promise.race([running, limit.reached]);
    } catch (error) {
      if (error instanceof ThreadGone) {
        this.#noteGone(thread);
        throw new UnderstudyError('MODEL_NOT_READY', error.message);
      }
      if (limit.isReached && !(await this.#endsLoading(thread, running))) this.#leaveBehind(thread);
      throw error;
    }
  }

  /** A process can be ended; a thread cannot. */
  async #endsLoading(thread: WorkerThread, running: Promise<WorkerAnswer>): Promise<boolean> {
    if (this.#options.isolation === 'thread' || !giveUpClaim(thread.claim)) return false;
    const ended = running.then(
      () => true,
      () => true,
    );
    return await Promise.race([ended, pause(killGraceMs, false, { ref: false })]);
  }

  #leaveBehind(thread: WorkerThread): void {
    this.#thread = null;
    this.#leftBehind.add(thread);
    const forget = (): void => void this.#leftBehind.delete(thread);
    const ended = thread.release().then(forget, forget);
    this.#options.onLeftBehind?.(ended);
  }

  /** The one it has, or another when that one is gone. */
  #usableThread(): WorkerThread {
    if (this.#thread && !this.#thread.isGone) return this.#thread;
    const { isolation } = this.#options;
    void this.#thread?.close();
    this.#formerUse = this.#usage ?? this.#formerUse;
    if (this.#usage) this.#usage = { ...this.#usage, heapBytes: 0, arenaBytes: 0 };
    const thread: WorkerThread = new WorkerThread({
      file: files[isolation],
      noticesWhileIdle: isolation === 'process',
      onGone: (sentence) => {
        // Who waits for its answer hears of it there.
        if (this.#thread !== thread || this.#state !== 'idle') return;
        this.#noteDeath(sentence);
        void this.#restart();
      },
    });
    this.#thread = thread;
    return thread;
  }

  async #run(task: WorkerTask, transferList: readonly Transferable[]): Promise<WorkerAnswer> {
    let sentence: string;
    try {
      const answer = await this.#thread!.run(task, transferList);
      if (answer.kind !== 'died') return answer;
      sentence = answer.sentence;
    } catch (error) {
      if (!(error instanceof ThreadGone)) throw error;
      sentence = error.message;
    }
    this.#noteDeath(sentence);
    void this.#restart();
    throw new UnderstudyError('WORKER_DIED', sentence);
  }

  /** Those of a relay count all processes it has had; a thread counts its own. */
  #noteUsage(usage: WorkerUsage): void {
    this.#usage = {
      ...usage,
      executions: this.#formerUse.executions + usage.executions,
      cpuMicroseconds: this.#formerUse.cpuMicroseconds + usage.cpuMicroseconds,
    };
  }

  #noteDeath(sentence: string): void {
    if (this.#thread) this.#noteGone(this.#thread);
    this.#options.onDeath(sentence);
  }

  #noteGone({ threadId }: WorkerThread): void {
    if (threadId !== null) this.#options.onThreadGone(threadId);
  }
}

function notServed(answer: WorkerAnswer): string {
  return answer.kind === 'empty' ? answer.sentence : 'its worker answered what it was not asked';
}

function notLoaded(answer: WorkerAnswer): string {
  if (answer.kind === 'refused') return answer.reason;
  return answer.kind === 'died' ? answer.sentence : 'the worker did not load it';
}
