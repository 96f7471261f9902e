import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { LaneBackend } from '../inference/lane.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { LaneRequest } from '../inference/messages/request-batch.ts';
import type { Run } from '../inference/model-instances.ts';
import type { DropReason } from '../log/traffic-count.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { LaneState, LaneStatus } from './lane-status.ts';

/** What is guarded; an `InstanceGroup` is one. */
export interface GuardedInstances {
  /** Batches it can take at once: fewer while workers are being replaced. */
  readonly count: number;
  /** Workers given up with a run that has not ended. */
  readonly leftBehind: number;
  /** Whether no worker takes their place. */
  readonly isExhausted: boolean;
  start(requests: readonly LaneRequest[]): Run;
}

export interface LaneGuardOptions {
  /** Of one run. */
  readonly deadlineMs: number;
  readonly breaker: CircuitBreaker;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
  readonly onChange: (status: LaneStatus) => void;
  /** Called now and then while the guard is there. */
  readonly onCheck: () => void;
  /** Told, once, what a check failed on: until then the lane was watched, from then on it may not be. */
  readonly onFailure: (error: unknown) => void;
}

interface WatchedRun {
  readonly startedMs: number;
  readonly run: Run;
}

/** A run may yet end, and be a timeout rather than lost; after so many deadlines it is given up. */
const deadlinesUntilAbandoned = 3;
const fastestCheckMs = 20;
const slowestCheckMs = 250;

/**
 * Stands between a shadow's lane and its instances: notices runs that do not end, workers that are being
 * replaced and a shadow that always fails, and keeps traffic away meanwhile.
 */
export class LaneGuard implements LaneBackend, Disposable {
  readonly #group: GuardedInstances;
  readonly #options: LaneGuardOptions;
  readonly #runs = new Set<WatchedRun>();
  readonly #timer: NodeJS.Timeout;
  #lastFailure: string | null = null;
  #hasFailed = false;
  #status: LaneStatus;

  constructor(group: GuardedInstances, options: LaneGuardOptions) {
    this.#group = group;
    this.#options = options;
    this.#status = { state: 'running', sinceMs: Date.now(), reason: null };
    const every = Math.min(slowestCheckMs, Math.max(fastestCheckMs, options.deadlineMs / 4));
    this.#timer = setInterval(() => this.#checkSafely(), every).unref();
  }

  get count(): number {
    return this.#group.count;
  }

  get status(): LaneStatus {
    return this.#status;
  }

  /** Why no request should be offered right now; null when one may be. To be asked once for each. */
  refusal(): DropReason | null {
    if (this.#status.state === 'stalled' || this.#status.state === 'restarting') return 'stalled';
    if (this.#options.breaker.admits()) return null;
    return 'breaker';
  }

  /** A request that was admitted has come to nothing that says how the shadow is. */
  wasDropped(): void {
    this.#options.breaker.undecided();
  }

  /** Gives up all that runs now. */
  abandonRuns(): void {
    for (const { run } of this.#runs) run.abandon();
  }

  async serve(requests: readonly LaneRequest[]): Promise<LaneReply[]> {
    let watched: WatchedRun | null = null;
    try {
      const run = this.#group.start(requests);
      watched = { startedMs: this.#options.now(), run };
      this.#runs.add(watched);
      const replies = await run.replies;
      for (const reply of replies) this.#judge(reply);
      return replies;
    } catch (error) {
      this.#blame(error, requests.length);
      throw error;
    } finally {
      if (watched) this.#runs.delete(watched);
      this.#update();
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #judge(reply: LaneReply): void {
    // An input that the model rejects is the input's fault; one it cannot even read, though the primary could, is its own.
    const failed = reply.status >= 500 || reply.rows === 0;
    if (!failed) {
      this.#options.breaker.succeeded();
      return;
    }
    this.#lastFailure = reasonIn(reply.body);
    this.#options.breaker.failed();
  }

  #blame(error: unknown, requests: number): void {
    // Nobody had the requests, so they say nothing of the shadow.
    if (error instanceof UnderstudyError && error.code === 'MODEL_NOT_READY') {
      this.#options.breaker.undecided();
      return;
    }
    this.#lastFailure = sentenceOf(error);
    for (let i = 0; i < requests; i++) this.#options.breaker.failed();
  }

  /** Nothing that goes wrong here may end the server, which it would from within a timer. */
  #checkSafely(): void {
    try {
      this.#check();
    } catch (error) {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      this.#options.onFailure(error);
    }
  }

  #check(): void {
    const { now, deadlineMs } = this.#options;
    for (const { startedMs, run } of this.#runs) {
      if (now() - startedMs > deadlinesUntilAbandoned * deadlineMs) run.abandon();
    }
    this.#update();
    this.#options.onCheck();
  }

  #update(): void {
    const [state, reason] = this.#observed();
    const { state: before, sinceMs, reason: known } = this.#status;
    if (state === before && reason === known) return;
    this.#status = { state, sinceMs: state === before ? sinceMs : Date.now(), reason };
    if (state !== before) this.#options.onChange(this.#status);
  }

  #observed(): [LaneState, string | null] {
    const { now, deadlineMs, breaker } = this.#options;
    const overdue = [...this.#runs].filter(({ startedMs }) => now() - startedMs > deadlineMs).length;
    const { count, leftBehind, isExhausted } = this.#group;
    const behind = leftBehind === 0 ? '' : `; ${leftBehind} of its workers hang and are left behind`;
    if (isExhausted) return ['stalled', `no worker takes their place${behind}`];
    if (count === 0) return ['restarting', `a new worker is being started${behind}`];
    if (overdue >= count)
      return ['stalled', `a run takes longer than its deadline of ${deadlineMs} ms${behind}`];
    if (breaker.state === 'closed') return ['running', null];
    return [breaker.state, `it failed again and again, last: ${this.#lastFailure ?? 'unknown'}`];
  }
}

const longestReason = 300;

function reasonIn(body: Uint8Array): string | null {
  return body.length === 0 ? null : Buffer.from(body).toString('utf8', 0, longestReason);
}
