/**
 * The shared memory of one device's arbiter: who holds it, and a row for each thread that waits for it or uses
 * it. Every word is written with Atomics; no lock guards the table, so a thread may die at any point of its
 * use and leave nothing but its own row behind, which `forget` clears.
 */
export class ArbiterTable {
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer((headerWords + rows * rowWords) * Int32Array.BYTES_PER_ELEMENT);
  }

  /** The thread that holds the device; null when nobody does. */
  get holder(): number | null {
    const word = Atomics.load(this.#words, header.holder);
    return word === 0 ? null : word - 1;
  }

  /** @returns false when somebody holds it */
  tryHold(thread: number): boolean {
    return Atomics.compareExchange(this.#words, header.holder, 0, thread + 1) === 0;
  }

  /** @returns false when the thread did not hold it */
  letGo(thread: number): boolean {
    return Atomics.compareExchange(this.#words, header.holder, thread + 1, 0) === thread + 1;
  }

  /**
   * A row of its own for a thread, from now until `leave`; its ticket tells who came first.
   *
   * @throws when as many threads as there are rows wait already
   */
  enter(thread: number, state: RowState): number {
    for (let row = 0; row < rows; row++) {
      const at = headerWords + row * rowWords;
      if (Atomics.compareExchange(this.#words, at + field.owner, 0, thread + 1) !== 0) continue;
      Atomics.store(this.#words, at + field.ticket, Atomics.add(this.#words, header.tickets, 1));
      Atomics.store(this.#words, at + field.state, state);
      return row;
    }
    throw new Error(`more than ${rows} threads want the same GPU at once; lower instance_group.count`);
  }

  change(row: number, state: RowState): void {
    Atomics.store(this.#words, headerWords + row * rowWords + field.state, state);
  }

  leave(row: number): void {
    const at = headerWords + row * rowWords;
    Atomics.store(this.#words, at + field.state, RowState.none);
    Atomics.store(this.#words, at + field.owner, 0);
  }

  /** Whether any row is in this state. */
  has(state: RowState): boolean {
    for (let at = headerWords; at < this.#words.length; at += rowWords) {
      if (Atomics.load(this.#words, at + field.state) === state) return true;
    }
    return false;
  }

  /** The row whose turn is next: the most urgent state, and of those the one that came first; −1 when nobody waits. */
  next(): number {
    let best = -1;
    let bestState: number = RowState.none;
    let bestTicket = 0;
    for (let row = 0; row < rows; row++) {
      const at = headerWords + row * rowWords;
      const state = Atomics.load(this.#words, at + field.state);
      if (state !== RowState.waiting && state !== RowState.waitingFirst) continue;
      const ticket = Atomics.load(this.#words, at + field.ticket);
      // Tickets wrap around; their distance does not.
      const isEarlier = ((ticket - bestTicket) | 0) < 0;
      if (best !== -1 && (state < bestState || (state === bestState && !isEarlier))) continue;
      best = row;
      bestState = state;
      bestTicket = ticket;
    }
    return best;
  }

  /** Whether somebody who came before this row still waits, less urgently. */
  overtakes(row: number): boolean {
    const ticket = Atomics.load(this.#words, headerWords + row * rowWords + field.ticket);
    for (let at = headerWords; at < this.#words.length; at += rowWords) {
      if (Atomics.load(this.#words, at + field.state) !== RowState.waiting) continue;
      if (((Atomics.load(this.#words, at + field.ticket) - ticket) | 0) < 0) return true;
    }
    return false;
  }

  /** Clears whatever a thread that is gone left behind. */
  forget(thread: number): void {
    for (let row = 0; row < rows; row++) {
      const at = headerWords + row * rowWords;
      if (Atomics.load(this.#words, at + field.owner) === thread + 1) this.leave(row);
    }
  }

  /** Read it, look at the table, then `sleep` on it: what changed in between is not slept through. */
  get epoch(): number {
    return Atomics.load(this.#words, header.epoch);
  }

  /** Blocks the thread until something changes after `epoch` was read, at most so long. */
  sleep(epoch: number, milliseconds: number): void {
    Atomics.wait(this.#words, header.epoch, epoch, milliseconds);
  }

  wakeAll(): void {
    Atomics.add(this.#words, header.epoch, 1);
    Atomics.notify(this.#words, header.epoch);
  }

  count(counter: ArbiterCounter): void {
    Atomics.add(this.#words, header[counter], 1);
  }

  counted(counter: ArbiterCounter): number {
    return Atomics.load(this.#words, header[counter]) >>> 0;
  }
}

/** What a row says of its thread, the more urgent the larger; `running` is of a primary in an arbiter that only yields. */
export const RowState = { none: 0, waiting: 1, waitingFirst: 2, running: 3 } as const;
export type RowState = (typeof RowState)[keyof typeof RowState];

export type ArbiterCounter = 'primaryTurns' | 'shadowTurns' | 'overtakings' | 'overdueTurns' | 'recoveries';

const header = {
  holder: 0,
  tickets: 1,
  epoch: 2,
  primaryTurns: 3,
  shadowTurns: 4,
  overtakings: 5,
  overdueTurns: 6,
  recoveries: 7,
} as const;
const headerWords = 8;
const field = { owner: 0, state: 1, ticket: 2 } as const;
const rowWords = 3;
const rows = 256;
