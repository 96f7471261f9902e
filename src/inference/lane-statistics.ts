import type { ServedRequests } from './lane.ts';
import type { LaneReply } from './messages/reply-batch.ts';

/** How often something took place and how long that took altogether. */
export interface Tally {
  count: number;
  microseconds: number;
}

/** The runs of one size. */
export interface BatchTally {
  runs: number;
  inputMicroseconds: number;
  computeMicroseconds: number;
  outputMicroseconds: number;
}

/** Sizes of runs that are told apart; clients choose how many rows they send. */
const mostBatchSizes = 1000;

const nothing = (): Tally => ({ count: 0, microseconds: 0 });

/** What a lane has done since it was there. Plain sums, since they are added to with every batch. */
export class LaneStatistics {
  /** When a request was last answered, milliseconds since the epoch; 0 for never. */
  lastAnsweredMs = 0;
  rows = 0;
  runs = 0;
  /** Wall time of the runs, each counted once however many requests took part. */
  runMicroseconds = 0;
  /** Requests that named the version; those that name none are answered by whichever is primary. */
  pinned = 0;
  /** When the last of them came, milliseconds since the epoch; 0 for never. */
  lastPinnedMs = 0;
  /** From arrival to the answer. */
  readonly succeeded = nothing();
  readonly failed = nothing();
  /** Requests that failed, by HTTP status. */
  readonly failures = new Map<number, number>();
  /** Of requests that a worker had: their wait, less what decoding took of it. */
  readonly queue = nothing();
  /** Decoding; a batch's shared out evenly among its requests. */
  readonly input = nothing();
  /** The runs that requests took part in, summed over requests. */
  readonly compute = nothing();
  /** Encoding answers; shared out as `input` is. */
  readonly output = nothing();
  /** By rows of the run; sizes beyond the first thousand different ones are not told apart. */
  readonly batches = new Map<number, BatchTally>();

  count(served: ServedRequests): void {
    const { requests, replies, answeredMicroseconds } = served;
    this.lastAnsweredMs = Date.now();
    for (let i = 0; i < replies.length; i++) {
      const reply = replies[i]!;
      this.#countAnswer(reply.status, answeredMicroseconds - requests[i]!.arrivedMicroseconds);
      if (reply.unserved !== null) continue;
      this.rows += reply.rows;
      add(this.queue, Math.max(0, reply.queueMicroseconds - reply.inputMicroseconds));
      add(this.input, reply.inputMicroseconds);
      add(this.compute, reply.computeMicroseconds);
      add(this.output, reply.outputMicroseconds);
    }
    if (replies.length === 1) this.#countRun(replies[0]!.rows, replies);
    else for (const run of runsIn(served)) this.#countRun(run.rows, run.replies);
  }

  countPinned(atMs: number): void {
    this.pinned++;
    this.lastPinnedMs = atMs;
  }

  /** A request that was answered without a worker. */
  countUnserved(status: number, waitedMicroseconds: number): void {
    this.#countAnswer(status, waitedMicroseconds);
  }

  #countAnswer(status: number, microseconds: number): void {
    if (status === 200) {
      add(this.succeeded, microseconds);
      return;
    }
    add(this.failed, microseconds);
    this.failures.set(status, (this.failures.get(status) ?? 0) + 1);
  }

  #countRun(rows: number, replies: readonly LaneReply[]): void {
    const { computeMicroseconds } = replies[0]!;
    if (computeMicroseconds === 0) return;
    this.runs++;
    this.runMicroseconds += computeMicroseconds;
    let tally = this.batches.get(rows);
    if (!tally) {
      if (this.batches.size === mostBatchSizes) return;
      tally = { runs: 0, inputMicroseconds: 0, computeMicroseconds: 0, outputMicroseconds: 0 };
      this.batches.set(rows, tally);
    }
    tally.runs++;
    tally.computeMicroseconds += computeMicroseconds;
    for (const { inputMicroseconds, outputMicroseconds } of replies) {
      tally.inputMicroseconds += inputMicroseconds;
      tally.outputMicroseconds += outputMicroseconds;
    }
  }
}

function add(tally: Tally, microseconds: number): void {
  tally.count++;
  tally.microseconds += microseconds;
}

/** Requests of one run have started at the same moment, and no two runs of a worker have. */
function runsIn({ requests, replies }: ServedRequests): Iterable<{ rows: number; replies: LaneReply[] }> {
  const runs = new Map<number, { rows: number; replies: LaneReply[] }>();
  for (const [i, reply] of replies.entries()) {
    if (reply.computeMicroseconds === 0) continue;
    const started = Math.round(requests[i]!.arrivedMicroseconds + reply.queueMicroseconds);
    const run = runs.get(started);
    if (run) {
      run.rows += reply.rows;
      run.replies.push(reply);
    } else runs.set(started, { rows: reply.rows, replies: [reply] });
  }
  return runs.values();
}
