import type { LaneReply } from './messages/reply-batch.ts';
import type { LaneRequest } from './messages/request-batch.ts';

export interface Waiting {
  readonly request: LaneRequest;
  readonly answer: (reply: LaneReply) => void;
}

export interface LaneQueueOptions {
  readonly maxSize: number;
  /** Levels of priority, 1 the first to be served. */
  readonly priorityLevels: number;
  /** Of a request that asks for none. */
  readonly defaultPriorityLevel: number;
}

/** Bodies that may wait in one queue; a count alone would let large ones fill the memory. */
const maxQueueBytes = 512 * 1024 * 1024;
/** Bodies of one message between threads; more wait for the next, unless a single one is larger. */
const maxBatchBytes = 16 * 1024 * 1024;
/** A request that has waited so long goes before all that have not, whatever their priority, so that none starves. */
const patienceMicroseconds = 1_000_000;

/** Requests by priority and, within a level, in the order of arrival; bounded in number and in bytes. */
export class LaneQueue {
  readonly #options: LaneQueueOptions;
  /** By level from 1; most lanes use one of them. */
  readonly #levels: Waiting[][];
  #length = 0;
  #bytes = 0;
  /** How many of them have a deadline. */
  #expiring = 0;

  constructor(options: LaneQueueOptions) {
    this.#options = options;
    this.#levels = Array.from({ length: options.priorityLevels + 1 }, () => []);
  }

  get length(): number {
    return this.#length;
  }

  /** The one that arrived first. */
  get oldest(): LaneRequest | null {
    const level = this.#levelOfOldest(Number.POSITIVE_INFINITY);
    return this.#levels[level]?.[0]?.request ?? null;
  }

  /** Whether any of them has a deadline. */
  get hasDeadlines(): boolean {
    return this.#expiring > 0;
  }

  /** The earliest deadline of those that wait, monotonic microseconds; null where none has one. */
  get earliestDeadline(): number | null {
    if (!this.hasDeadlines) return null;
    let earliest: number | null = null;
    for (const level of this.#levels) {
      for (const { request } of level) {
        const { deadlineMicroseconds: deadline } = request;
        if (deadline !== null && (earliest === null || deadline < earliest)) earliest = deadline;
      }
    }
    return earliest;
  }

  /** @returns false when it is full: nothing was taken */
  push(waiting: Waiting): boolean {
    const { request } = waiting;
    const bytes = sizeOf(request);
    if (this.#length >= this.#options.maxSize) return false;
    if (this.#length > 0 && this.#bytes + bytes > maxQueueBytes) return false;
    const { priorityLevels, defaultPriorityLevel } = this.#options;
    const level = request.priority === 0 ? defaultPriorityLevel : Math.min(request.priority, priorityLevels);
    this.#levels[level]!.push(waiting);
    this.#length++;
    this.#bytes += bytes;
    if (request.deadlineMicroseconds !== null) this.#expiring++;
    return true;
  }

  /** Takes out those whose turn it is, at most `limit` of them, and no more than go in one message. */
  take(limit: number, nowMicroseconds: () => number): Waiting[] {
    const fullest = this.#levels.find((level) => level.length === this.#length);
    const taken = fullest
      ? takeFront(fullest, limit)
      : this.#takeInTurn(limit, nowMicroseconds() - patienceMicroseconds);
    this.#forget(taken);
    return taken;
  }

  /** Takes out those that arrived before a monotonic time in microseconds. */
  takeArrivedBefore(microseconds: number): Waiting[] {
    return this.#takeWhere(({ arrivedMicroseconds }) => arrivedMicroseconds < microseconds);
  }

  /** Takes out those whose deadline has passed. */
  takeExpired(nowMicroseconds: number): Waiting[] {
    if (!this.hasDeadlines) return [];
    return this.#takeWhere(
      ({ deadlineMicroseconds }) => deadlineMicroseconds !== null && deadlineMicroseconds <= nowMicroseconds,
    );
  }

  /** Takes out that one, if it waits here. */
  takeOne(request: LaneRequest): Waiting[] {
    return this.#takeWhere((one) => one === request);
  }

  takeAll(): Waiting[] {
    return this.#takeWhere(() => true);
  }

  /** One by one, since another level's turn may come between. */
  #takeInTurn(limit: number, overdueMicroseconds: number): Waiting[] {
    const taken: Waiting[] = [];
    let bytes = 0;
    while (taken.length < limit) {
      const overdue = this.#levelOfOldest(overdueMicroseconds);
      const level = overdue === -1 ? this.#levels.find(({ length }) => length > 0) : this.#levels[overdue];
      if (!level) break;
      bytes += sizeOf(level[0]!.request);
      if (taken.length > 0 && bytes > maxBatchBytes) break;
      taken.push(level.shift()!);
    }
    return taken;
  }

  /** Of those that arrived before; −1 where none did. */
  #levelOfOldest(beforeMicroseconds: number): number {
    let oldest = -1;
    let arrived = beforeMicroseconds;
    for (let level = 1; level < this.#levels.length; level++) {
      const first = this.#levels[level]![0];
      if (!first || first.request.arrivedMicroseconds >= arrived) continue;
      arrived = first.request.arrivedMicroseconds;
      oldest = level;
    }
    return oldest;
  }

  #takeWhere(isWanted: (request: LaneRequest) => boolean): Waiting[] {
    let taken: Waiting[] = [];
    for (const [i, level] of this.#levels.entries()) {
      const wanted = level.filter(({ request }) => isWanted(request));
      if (wanted.length === 0) continue;
      taken = taken.concat(wanted);
      this.#levels[i] = level.filter(({ request }) => !isWanted(request));
    }
    this.#forget(taken);
    return taken;
  }

  #forget(taken: readonly Waiting[]): void {
    this.#length -= taken.length;
    for (const { request } of taken) {
      this.#bytes -= sizeOf(request);
      if (request.deadlineMicroseconds !== null) this.#expiring--;
    }
  }
}

function takeFront(level: Waiting[], limit: number): Waiting[] {
  let count = 0;
  let bytes = 0;
  while (count < limit && count < level.length) {
    bytes += sizeOf(level[count]!.request);
    if (count > 0 && bytes > maxBatchBytes) break;
    count++;
  }
  return level.splice(0, count);
}

function sizeOf(request: LaneRequest): number {
  return request.body.length + (request.attachment?.length ?? 0);
}
