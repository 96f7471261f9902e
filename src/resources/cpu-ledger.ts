/** A thread or a process with its CPU clock. */
export interface CpuClock {
  readonly id: number;
  readonly cpuMicroseconds: number;
}

/**
 * Turns readings of CPU clocks into what was used since the last reading. A clock that is gone keeps what had been read
 * of it; a clock that went backwards is another one that got the same number.
 */
export class CpuLedger {
  #lastReading = new Map<number, number>();

  /** Microseconds used since the last call, by owner; what has no owner is forgotten. */
  read<Clock extends CpuClock, Owner>(
    clocks: readonly Clock[],
    ownerOf: (clock: Clock) => Owner | null,
  ): Map<Owner, number> {
    const used = new Map<Owner, number>();
    const reading = new Map<number, number>();
    for (const clock of clocks) {
      reading.set(clock.id, clock.cpuMicroseconds);
      const owner = ownerOf(clock);
      if (owner === null) continue;
      const before = this.#lastReading.get(clock.id) ?? 0;
      const delta = clock.cpuMicroseconds - (before <= clock.cpuMicroseconds ? before : 0);
      used.set(owner, (used.get(owner) ?? 0) + delta);
    }
    this.#lastReading = reading;
    return used;
  }
}
