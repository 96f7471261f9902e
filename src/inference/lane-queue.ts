import type { LaneReply } from './messages/reply-batch.ts';
import type { LaneRequest } from './messages/request-batch.ts';

export interface Waiting {
  readonly request: LaneRequest;
  readonly answer: (reply: LaneReply) => void;
}

/** Bodies that may wait in one queue; a count alone would let large ones fill the memory. */
const maxQueueBytes = 512 * 1024 * 1024;
/** Bodies of one message between threads; more wait for the next, unless a single one is larger. */
const maxBatchBytes = 16 * 1024 * 1024;

/** Requests in the order of arrival, bounded in number and in bytes. */
export class LaneQueue {
  readonly #maxSize: number;
  #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get oldest(): LaneRequest | null {
    return this.#waiting[0]?.request ?? null;
  }

  /** @returns false when it is full: nothing was taken */
  push(waiting: Waiting): boolean {
    const bytes = sizeOf(waiting.request);
    if (this.#waiting.length >= this.#maxSize) return false;
    if (this.#waiting.length > 0 && this.#bytes + bytes > maxQueueBytes) return false;
    this.#waiting.push(waiting);
    this.#bytes += bytes;
    return true;
  }

  /** Takes the oldest out, at most `limit` of them, and no more than go in one message. */
  take(limit: number): Waiting[] {
    let count = 0;
    let bytes = 0;
    while (count < limit) {
      const size = sizeOf(this.#waiting[count]!.request);
      if (count > 0 && bytes + size > maxBatchBytes) break;
      bytes += size;
      count++;
    }
    this.#bytes -= bytes;
    if (count < this.#waiting.length) return this.#waiting.splice(0, count);
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }

  /** Takes out those that arrived before a monotonic time in microseconds. */
  takeArrivedBefore(microseconds: number): Waiting[] {
    const fresh = this.#waiting.findIndex(({ request }) => request.arrivedMicroseconds >= microseconds);
    if (fresh === 0 || this.#waiting.length === 0) return [];
    const expired = this.#waiting.splice(0, fresh === -1 ? this.#waiting.length : fresh);
    for (const { request } of expired) this.#bytes -= sizeOf(request);
    return expired;
  }

  takeAll(): Waiting[] {
    const all = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    return all;
  }
}

function sizeOf(request: LaneRequest): number {
  return request.body.length + (request.attachment?.length ?? 0);
}
