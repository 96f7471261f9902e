import { monotonicMicroseconds } from '../clock.ts';
import { errorTable, UnderstudyError } from '../errors.ts';
import { deadlineExceeded } from './deadline-exceeded.ts';
import { ExpiryTimer } from './expiry-timer.ts';
import { LaneQueue, type Waiting } from './lane-queue.ts';
import { LaneStatistics } from './lane-statistics.ts';
import type { LaneReply } from './messages/reply-batch.ts';
import type { LaneRequest } from './messages/request-batch.ts';
import { unservedReply } from './unserved-reply.ts';

/** What a lane needs of the instances behind it. */
export interface LaneBackend {
  /** How many batches it takes at once. */
  readonly count: number;
  serve(requests: readonly LaneRequest[]): Promise<LaneReply[]>;
}

export interface LaneOptions {
  readonly maxQueueSize: number;
  /** Levels of priority, 1 the first to be served. */
  readonly priorityLevels: number;
  /** Of a request that asks for none. */
  readonly defaultPriorityLevel: number;
  /** Requests that one worker takes at once. */
  readonly maxBatchSize: number;
  readonly maxQueueDelayMicroseconds: number;
  /** A request that has waited longer is answered QUEUE_TIMEOUT instead of run; null for no limit. */
  readonly maxWaitMicroseconds: number | null;
  /** Called with whatever a worker failed on; the requests it held are answered all the same. */
  readonly onFailure: (error: unknown) => void;
}

export interface ServedRequests {
  readonly requests: readonly LaneRequest[];
  readonly replies: readonly LaneReply[];
  /** Monotonic, microseconds: when the replies had been handed out. */
  readonly answeredMicroseconds: number;
}

/**
 * An instance group with the bounded queue in front of it. While its workers are busy requests queue; a
 * worker that is free takes them all. No delay is added unless it was asked for.
 */
export class Lane {
  readonly #backend: LaneBackend;
  readonly #options: LaneOptions;
  readonly #queue: LaneQueue;
  readonly statistics = new LaneStatistics();
  #busyWorkers = 0;
  #held = false;
  #dispatchPlanned = false;
  /** Runs while a batch that is not full waits for more; a batch that fills up ends the wait. */
  #delayTimer: NodeJS.Timeout | null = null;
  /** Answers requests whose deadline passes while no worker is free. */
  readonly #expiry = new ExpiryTimer(() => {
    this.expire();
    return this.#queue.earliestDeadline;
  });
  #drained: (() => void)[] = [];
  /** Called after the replies of a batch were handed out; set by who wants to look on. */
  onServed: ((served: ServedRequests) => void) | null = null;

  constructor(backend: LaneBackend, options: LaneOptions) {
    this.#backend = backend;
    this.#options = options;
    const { maxQueueSize: maxSize, priorityLevels, defaultPriorityLevel } = options;
    this.#queue = new LaneQueue({ maxSize, priorityLevels, defaultPriorityLevel });
  }

  /** Priorities that a request may ask for are those up to this one. */
  get priorityLevels(): number {
    return this.#options.priorityLevels;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Whether nothing runs; requests may wait. */
  get isIdle(): boolean {
    return this.#busyWorkers === 0;
  }

  /** Lets no further batch run until `resume`; what runs goes on, what comes is queued. */
  hold(): void {
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    this.wake();
  }

  /** To be called when the backend has room that the lane cannot know of. */
  wake(): void {
    this.#planDispatch();
  }

  /**
   * Queues a request; `answer` is called once, later.
   *
   * @returns false when the queue is full: nothing was taken
   */
  submit(request: LaneRequest, answer: (reply: LaneReply) => void): boolean {
    if (!this.#queue.push({ request, answer })) {
      this.statistics.countUnserved(errorTable.QUEUE_FULL.status, 0);
      return false;
    }
    if (request.deadlineMicroseconds !== null) this.#expiry.plan(request.deadlineMicroseconds);
    if (this.#delayTimer && this.#queue.length >= this.#options.maxBatchSize) {
      clearTimeout(this.#delayTimer);
      this.#delayTimer = null;
      this.#dispatchPlanned = false;
    }
    this.#planDispatch();
    return true;
  }

  /** Resolves with true when nothing is queued and nothing runs, with false when that takes longer than it may. */
  async drain(timeoutMs: number): Promise<boolean> {
    if (this.#isDrained) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = Number.isFinite(timeoutMs) ? setTimeout(() => resolve(false), timeoutMs) : undefined;
    this.#drained.push(() => resolve(true));
    const drained = await promise;
    clearTimeout(timer);
    return drained;
  }

  /** Answers what has waited longer than it, or the lane, says it may. Done before each run, and to be called where none may come. */
  expire(): void {
    const { maxWaitMicroseconds } = this.#options;
    if (maxWaitMicroseconds === null && !this.#queue.hasDeadlines) return;
    const now = monotonicMicroseconds();
    const expired = this.#queue.takeExpired(now);
    if (expired.length > 0) this.#answerAll(expired, unservedReply(deadlineExceeded()));
    if (maxWaitMicroseconds === null) return;
    const kept = this.#queue.takeArrivedBefore(now - maxWaitMicroseconds);
    if (kept.length === 0) return;
    const error = new UnderstudyError('QUEUE_TIMEOUT', 'the request waited longer than it may');
    this.#answerAll(kept, unservedReply(error));
  }

  /** Answers a request with an error instead of running it, if it still waits. */
  withdraw(request: LaneRequest, error: UnderstudyError): void {
    this.#answerAll(this.#queue.takeOne(request), unservedReply(error));
    this.#tellIfDrained();
  }

  /** Answers what waits with an error instead of running it. */
  discardQueue(error: UnderstudyError): void {
    this.#answerAll(this.#queue.takeAll(), unservedReply(error));
  }

  get #isDrained(): boolean {
    return this.#queue.length === 0 && this.#busyWorkers === 0;
  }

  #planDispatch(): void {
    if (this.#dispatchPlanned || this.#held || this.#queue.length === 0) return;
    if (this.#busyWorkers >= this.#backend.count) return;
    this.#dispatchPlanned = true;
    // After the sockets that are readable right now have been read: their requests belong together.
    setImmediate(() => this.#dispatch());
  }

  #dispatch(): void {
    this.#dispatchPlanned = false;
    this.#delayTimer = null;
    const { oldest } = this.#queue;
    if (!oldest || this.#held) return;
    const delay = this.#remainingDelayMicroseconds(oldest);
    if (delay > 0) {
      this.#dispatchPlanned = true;
      // Timers are coarse: the last millisecond is waited for turn by turn.
      if (delay > 1000) this.#delayTimer = setTimeout(() => this.#dispatch(), Math.floor(delay / 1000));
      else setImmediate(() => this.#dispatch());
      return;
    }
    this.expire();
    while (this.#busyWorkers < this.#backend.count && this.#queue.length > 0)
      void this.#serve(this.#takeBatch());
  }

  #remainingDelayMicroseconds(oldest: LaneRequest): number {
    const { maxQueueDelayMicroseconds, maxBatchSize } = this.#options;
    if (maxQueueDelayMicroseconds === 0 || this.#queue.length >= maxBatchSize) return 0;
    return oldest.arrivedMicroseconds + maxQueueDelayMicroseconds - monotonicMicroseconds();
  }

  #takeBatch(): Waiting[] {
    const freeWorkers = this.#backend.count - this.#busyWorkers;
    const share = Math.ceil(this.#queue.length / freeWorkers);
    return this.#queue.take(Math.min(share, this.#options.maxBatchSize), monotonicMicroseconds);
  }

  async #serve(batch: readonly Waiting[]): Promise<void> {
    this.#busyWorkers++;
    const requests = batch.map((waiting) => waiting.request);
    let replies: LaneReply[];
    try {
      replies = await this.#backend.serve(requests);
    } catch (error) {
      this.#options.onFailure(error);
      const reply = unservedReply(error);
      replies = requests.map(() => reply);
    }
    this.#busyWorkers--;
    // Before the answers are written: the worker runs the next batch meanwhile.
    if (!this.#dispatchPlanned) this.#dispatch();
    for (const [i, { answer }] of batch.entries()) this.#handOut(answer, replies[i]!);
    const served = { requests, replies, answeredMicroseconds: monotonicMicroseconds() };
    this.statistics.count(served);
    try {
      this.onServed?.(served);
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#tellIfDrained();
  }

  #tellIfDrained(): void {
    if (!this.#isDrained) return;
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  #answerAll(waiting: readonly Waiting[], reply: LaneReply): void {
    const now = monotonicMicroseconds();
    for (const { request, answer } of waiting) {
      this.statistics.countUnserved(reply.status, now - request.arrivedMicroseconds);
      this.#handOut(answer, reply);
    }
  }

  /** One answer that cannot be handed out must not keep others from theirs. */
  #handOut(answer: (reply: LaneReply) => void, reply: LaneReply): void {
    try {
      answer(reply);
    } catch (error) {
      this.#options.onFailure(error);
    }
  }
}
