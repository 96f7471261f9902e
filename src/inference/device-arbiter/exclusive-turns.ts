import { monotonicMicroseconds } from '../../clock.ts';
import type { ArbiterSeat, DevicePriority } from './arbiter.ts';
import { Patience } from './patience.ts';
import { ArbiterTable, RowState } from './table.ts';
import type { DeviceTurns, TurnLimits } from './turns.ts';

/** Within which a thread that waits takes a device that has come free, on a machine under any load. */
const longestDelayMicroseconds = 2e6;

/** One turn at a time on the device; primaries first, and each in the order in which they came. */
export class ExclusiveTurns implements DeviceTurns {
  readonly #table: ArbiterTable;
  readonly #priority: DevicePriority;
  readonly #thread: number;
  readonly #longestHold: number;
  readonly #patience: Patience;
  /** Turns that had been taken when a wait for this device last failed; until that changes the next fails at once. */
  #stuckAt: number | null = null;

  constructor(seat: ArbiterSeat, thread: number, limits: TurnLimits) {
    this.#table = new ArbiterTable(seat.buffer);
    this.#priority = seat.priority;
    this.#thread = thread;
    this.#longestHold = limits.longestHold;
    this.#patience = new Patience(limits);
  }

  take(): void {
    const table = this.#table;
    const isPrimary = this.#priority === 'primary';
    // Nobody waits and nobody holds it: most turns of a server that is not busy.
    if (table.next() === -1 && table.tryHold(this.#thread)) {
      this.#begin(false);
      return;
    }
    const row = table.enter(this.#thread, isPrimary ? RowState.waitingFirst : RowState.waiting);
    try {
      this.#begin(this.#await(row, isPrimary));
    } finally {
      table.leave(row);
    }
  }

  give(): void {
    this.#patience.turnEnds();
    // The row of a thread that was taken to be dead may have been given to another already.
    if (this.#table.letGo(this.#thread)) this.#table.wakeAll();
  }

  #begin(overdue: boolean): void {
    this.#stuckAt = null;
    this.#table.count(this.#priority === 'primary' ? 'primaryTurns' : 'shadowTurns');
    if (overdue) this.#table.count('overdueTurns');
    this.#patience.turnBegins();
  }

  /** @returns whether it had to push itself forward */
  #await(row: number, isPrimary: boolean): boolean {
    const table = this.#table;
    const started = monotonicMicroseconds();
    let overdue = false;
    let turns = this.#turnsTaken();
    let turnsChanged = started;
    let freeSince: number | null = null;
    for (;;) {
      const epoch = table.epoch;
      if (table.next() === row) {
        const overtakes = isPrimary && table.overtakes(row);
        if (table.tryHold(this.#thread)) {
          if (overtakes) table.count('overtakings');
          return overdue;
        }
      }
      const now = monotonicMicroseconds();
      // Whoever's turn it is would have woken up long ago: its thread is gone, and nobody has noticed yet.
      freeSince = table.holder === null ? (freeSince ?? now) : null;
      if (freeSince !== null && now - freeSince > longestDelayMicroseconds && table.tryHold(this.#thread)) {
        return overdue;
      }
      const waited = (now - started) / 1000;
      if (!isPrimary && !overdue && waited >= this.#patience.milliseconds) {
        overdue = true;
        table.change(row, RowState.waitingFirst);
        table.wakeAll();
        continue;
      }
      if (this.#turnsTaken() !== turns) {
        turns = this.#turnsTaken();
        turnsChanged = now;
      }
      const still = (now - turnsChanged) / 1000;
      if (still >= this.#longestHold || this.#stuckAt === turns) {
        this.#stuckAt = turns;
        table.leave(row);
        table.wakeAll();
        throw new Error(
          `the GPU does not come free: thread ${table.holder ?? '?'} of this process has held it for ${Math.round(this.#longestHold / 1000)} s; its model hangs, and only a restart of the server helps (isolation: process keeps a shadow's GPU work apart)`,
        );
      }
      const untilOverdue =
        isPrimary || overdue ? Number.POSITIVE_INFINITY : this.#patience.milliseconds - waited;
      table.sleep(epoch, Math.max(1, Math.min(1000, untilOverdue, this.#longestHold - still)));
    }
  }

  #turnsTaken(): number {
    return this.#table.counted('primaryTurns') + this.#table.counted('shadowTurns');
  }
}
