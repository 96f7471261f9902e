import type { Transferable } from 'node:worker_threads';
import type { BatchClaim } from '../messages/batch-claim.ts';
import type { WorkerAnswer, WorkerTask, WorkerUsage } from '../messages/worker-task.ts';
import type { Isolation, ModelWorkerOptions } from './model-worker-options.ts';
import { UseSoFar } from './use-so-far.ts';
import { WorkerThread } from './worker-thread.ts';

const files: Readonly<Record<Isolation, string>> = {
  thread: new URL('../instance/worker.ts', import.meta.url).href,
  process: new URL('../process/relay.ts', import.meta.url).href,
};
/** Threads that hang keep their memory: with more of them than this, none takes the place of the next. */
export const maxLeftBehind = 2;

/** The thread of one instance, and the next one when it is gone or hangs with a load. */
export class ReplaceableThread {
  readonly #options: Pick<ModelWorkerOptions, 'isolation' | 'onThreadGone' | 'onLeftBehind'>;
  readonly #onGone: (sentence: string) => void;
  #current: WorkerThread | null = null;
  /** Given up with a load that has not ended. */
  readonly #leftBehind = new Set<WorkerThread>();
  #usage: WorkerUsage | null = null;
  readonly #useSoFar = new UseSoFar();

  /** @param onGone told that the one it has now ended by itself; who waits for its answer hears of it there, too */
  constructor(
    options: Pick<ModelWorkerOptions, 'isolation' | 'onThreadGone' | 'onLeftBehind'>,
    onGone: (sentence: string) => void,
  ) {
    this.#options = options;
    this.#onGone = onGone;
  }

  /** Of the one it has; there must be one. */
  get claim(): BatchClaim {
    return this.#current!.claim;
  }

  /** Of all it has had: what it has used never becomes less. Null before its first batch. */
  get usage(): WorkerUsage | null {
    return this.#usage;
  }

  /** How many were left behind and have not ended. */
  get leftBehind(): number {
    return this.#leftBehind.size;
  }

  /** Has one at hand: the one it has, or another when that one is gone. */
  prepare(): void {
    if (this.#current && !this.#current.isGone) return;
    const { isolation } = this.#options;
    void this.#current?.close();
    this.#useSoFar.startAnew();
    if (this.#usage) this.#usage = { ...this.#usage, heapBytes: 0, arenaBytes: 0 };
    const thread: WorkerThread = new WorkerThread({
      file: files[isolation],
      noticesWhileIdle: isolation === 'process',
      onGone: (sentence) => {
        if (this.#current === thread) this.#onGone(sentence);
      },
    });
    this.#current = thread;
  }

  /** To be called only when it has one. @throws ThreadGone, or what the task threw */
  run(task: WorkerTask, transferList: readonly Transferable[]): Promise<WorkerAnswer> {
    return this.#current!.run(task, transferList);
  }

  /** @param usage of the one it has; a relay counts all processes it has had, a thread counts its own use */
  noteUsage(usage: WorkerUsage): void {
    this.#usage = { ...usage, ...this.#useSoFar.with(usage) };
  }

  /** What the one it has held is nobody's any more. */
  noteGone(): void {
    const threadId = this.#current?.threadId ?? null;
    if (threadId !== null) this.#options.onThreadGone(threadId);
  }

  /** The one it has goes on with what it does, and ends then; another takes its place. */
  leaveBehind(): void {
    const thread = this.#current!;
    this.#current = null;
    this.#leftBehind.add(thread);
    const forget = (): void => void this.#leftBehind.delete(thread);
    const ended = thread.release().then(forget, forget);
    this.#options.onLeftBehind?.(ended);
  }

  /** As `WorkerThread.release`. */
  async release(): Promise<void> {
    await this.#current?.release();
  }

  /** As `WorkerThread.close`. */
  async close(): Promise<void> {
    await this.#current?.close();
  }
}
