import type { Transferable } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { createClaim } from '../messages/batch-claim.ts';
import type { WorkerAnswer, WorkerTask } from '../messages/worker-task.ts';
import { deathSentence, isDeath } from './worker-death.ts';

export interface WorkerThreadOptions {
  /** URL of the module whose default export does the work. */
  readonly file: string;
  /** Whether it has to notice things while it waits for its next task. */
  readonly noticesWhileIdle: boolean;
  /** Told once, with a sentence, that it has ended by itself; a task that it had or was to have is rejected before. */
  readonly onGone: (sentence: string) => void;
}

/** The thread ended while it had a task, or before it could begin with it. */
export class ThreadGone extends Error {
  override readonly name = 'ThreadGone';
}

/** A thread that works on one task at a time: a piscina pool of one, which is not filled again when that one ends. */
export class WorkerThread {
  readonly claim = createClaim();
  readonly #pool: Piscina<WorkerTask, WorkerAnswer>;
  /**
   * Who waits for an answer. Each task has a promise of its own: raced against one that lives as long as the thread,
   * every answer would be kept by it for ever.
   */
  readonly #waiting = new Set<(gone: ThreadGone) => void>();
  #isGone = false;
  #end: ThreadGone | null = null;
  #isClosing = false;
  #threadId: number | null = null;

  constructor({ file, noticesWhileIdle, onGone }: WorkerThreadOptions) {
    this.#pool = new Piscina<WorkerTask, WorkerAnswer>({
      filename: file,
      // The first task starts it: so what fails rejects that task, and nothing starts a second one unasked.
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      workerHistogram: false,
      ...(noticesWhileIdle ? { atomics: 'disabled' } : {}),
    });
    let cause: unknown = new Error('it ended without a word');
    // Without a listener, one that fails while it has nothing to do would take the server along.
    this.#pool.on('error', (error) => {
      cause = error;
    });
    this.#pool.on('workerDestroy', () => {
      if (this.#isClosing || this.#isGone) return;
      this.#isGone = true;
      // What it died of is told next; a task that it has begun is rejected with it.
      setImmediate(() => {
        const sentence = deathSentence(cause);
        this.#end = new ThreadGone(sentence);
        for (const giveUp of this.#waiting) giveUp(this.#end);
        onGone(sentence);
      });
    });
  }

  /** Whether it has ended by itself, or could not be started: then it takes no further task. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** As `node:worker_threads` counts; null before its first task. */
  get threadId(): number | null {
    return this.#threadId;
  }

  /** @throws ThreadGone, or what the task threw */
  async run(task: WorkerTask, transferList: readonly Transferable[]): Promise<WorkerAnswer> {
    if (this.#end) throw this.#end;
    // At a limit of threads, none can be started: that is thrown, not rejected.
    let running: Promise<WorkerAnswer>;
    try {
      running = this.#pool.run(task, { transferList: transferList as never });
    } catch (error) {
      this.#isGone = true;
      throw new ThreadGone(deathSentence(error));
    }
    this.#threadId ??= this.#pool.threads[0]?.threadId ?? null;
    // The thread alone keeps nothing alive until it is ready for the task.
    const keptAlive = setInterval(() => {}, 60_000);
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
    this.#waiting.add(reject);
    running.then(resolve, reject);
    try {
      return await promise;
    } catch (error) {
      if (error instanceof ThreadGone || !(this.#isGone || isDeath(error))) throw error;
      throw new ThreadGone(deathSentence(error));
    } finally {
      this.#waiting.delete(reject);
      clearInterval(keptAlive);
    }
  }

  /** Ends it when it has done what it has, however long that takes: to end it earlier would abort the process. */
  async release(): Promise<void> {
    try {
      if (!this.#isGone) await this.run({ kind: 'release' }, []);
    } catch (error) {
      // One that is dead has nothing to release.
      if (!(error instanceof ThreadGone)) throw error;
    } finally {
      await this.close();
    }
  }

  /** To be called only when it has no task. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#pool.close();
  }
}
