import { monotonicMicroseconds } from '../../clock.ts';
import type { ArbiterSeat, DevicePriority } from './arbiter.ts';
import { Patience } from './patience.ts';
import { ArbiterTable, RowState } from './table.ts';
import type { DeviceTurns, TurnLimits } from './turns.ts';

/** Primaries go whenever they like; a shadow begins when none is at work, or when it has waited long enough. */
export class YieldingTurns implements DeviceTurns {
  readonly #table: ArbiterTable;
  readonly #priority: DevicePriority;
  readonly #thread: number;
  readonly #patience: Patience;
  #row = -1;

  constructor(seat: ArbiterSeat, thread: number, limits: TurnLimits) {
    this.#table = new ArbiterTable(seat.buffer);
    this.#priority = seat.priority;
    this.#thread = thread;
    this.#patience = new Patience(limits);
  }

  take(): void {
    const table = this.#table;
    if (this.#priority === 'primary') {
      this.#row = table.enter(this.#thread, RowState.running);
      table.count('primaryTurns');
      return;
    }
    if (!this.#primariesRest()) table.count('overdueTurns');
    table.count('shadowTurns');
    this.#patience.turnBegins();
  }

  give(): void {
    if (this.#priority !== 'primary') {
      this.#patience.turnEnds();
      return;
    }
    this.#table.leave(this.#row);
    this.#table.wakeAll();
  }

  /** @returns false when they did not, for as long as it had patience */
  #primariesRest(): boolean {
    const table = this.#table;
    const deadline = monotonicMicroseconds() + this.#patience.milliseconds * 1000;
    for (;;) {
      const epoch = table.epoch;
      if (!table.has(RowState.running)) return true;
      const left = (deadline - monotonicMicroseconds()) / 1000;
      if (left <= 0) return false;
      table.sleep(epoch, Math.max(1, left));
    }
  }
}
