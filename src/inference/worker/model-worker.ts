import { setTimeout as pause } from 'node:timers/promises';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import type { PlacedThread } from '../../threads/thread-placement.ts';
import { freeClaim, giveUpClaim } from '../messages/batch-claim.ts';
import { type LaneReply, unpackReplies } from '../messages/reply-batch.ts';
import type { LaneRequest } from '../messages/request-batch.ts';
import type { WorkerUsage } from '../messages/worker-task.ts';
import type { LoadedModel } from '../model/loaded-model.ts';
import type { Run } from '../model-instances.ts';
import { LoadLimit } from './load-limit.ts';
import { type Loaded, loadWithin } from './load-within.ts';
import type { Admission, ModelWorkerOptions } from './model-worker-options.ts';
import { maxLeftBehind, ReplaceableThread } from './replaceable-thread.ts';
import { serveOn } from './serve-on.ts';

/** `given_up`: has a batch that nobody waits for any more. */
type State = 'idle' | 'busy' | 'given_up' | 'restarting' | 'closed';

/** How long a load may take to end when its worker is closed. */
const closeGraceMs = 3_000;

/** One instance: a worker thread, which is replaced when it dies. */
export class ModelWorker {
  readonly #options: ModelWorkerOptions;
  readonly #admits: Admission;
  readonly #thread: ReplaceableThread;
  #loaded: Loaded | null = null;
  #state: State = 'restarting';
  #restarts = 0;
  #load: { readonly limit: LoadLimit; readonly settled: Promise<unknown> } | null = null;
  /** Called when it can take a batch again after it could not. */
  onReady: (() => void) | null = null;

  private constructor(options: ModelWorkerOptions, admits: Admission) {
    this.#options = options;
    this.#admits = admits;
    this.#thread = new ReplaceableThread(options, (sentence) => {
      if (this.#state === 'idle') this.#replaceDead(sentence);
    });
  }

  /** @throws UnderstudyError MODEL_NOT_READY with the reason why the version cannot be served */
  static async start(options: ModelWorkerOptions, admits: Admission = () => null): Promise<ModelWorker> {
    const worker = new ModelWorker(options, admits);
    try {
      await worker.#loadOnce();
    } catch (error) {
      worker.#state = 'closed';
      await worker.#thread.close();
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

  /** As `ReplaceableThread.usage`. */
  get usage(): WorkerUsage | null {
    return this.#thread.usage;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Threads whose load was given up and has not ended. */
  get leftBehind(): number {
    return this.#thread.leftBehind;
  }

  /** Whether it loads no more until one of those it left behind has ended. */
  get isExhausted(): boolean {
    return this.#state === 'restarting' && this.leftBehind > maxLeftBehind;
  }

  /** To be called only while it is idle. */
  start(requests: readonly LaneRequest[]): Run {
    this.#state = 'busy';
    const { claim } = this.#thread;
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
    await this.#thread.release();
  }

  async #serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    try {
      const answer = await serveOn(this.#thread, requests);
      if (answer.kind === 'lost') {
        this.#replaceDead(answer.sentence);
        throw answer.error;
      }
      this.#thread.noteUsage(answer.usage);
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
      const loaded = await loadWithin(limit, this.#thread, this.#options);
      const objection = this.#admits(loaded.loaded);
      if (objection !== null) {
        await this.#thread.run({ kind: 'release' }, []);
        throw new UnderstudyError('MODEL_NOT_READY', objection);
      }
      this.#loaded = loaded;
      this.#options.onPlaced?.(loaded.placed);
      if (this.#state === 'restarting') this.#state = 'idle';
    } finally {
      limit[Symbol.dispose]();
      this.#load = null;
      resolve();
    }
  }

  #replaceDead(sentence: string): void {
    this.#thread.noteGone();
    this.#options.onDeath(sentence);
    void this.#restart();
  }
}
