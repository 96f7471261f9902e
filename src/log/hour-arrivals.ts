import type { ComparisonBatch } from './comparison-batch.ts';
import type { TrafficCount } from './traffic-count.ts';
import type { ModelHour } from './write-part.ts';

const hourMilliseconds = 3_600_000;

/**
 * Remembers which event hours got rows lately, so that an hour that is still being filled (late shipping, a
 * replay) is not cut into many files. Ticks bring the time: an arrival counts as of the tick that follows it.
 */
export class HourArrivals {
  readonly #graceMs: number;
  readonly #sinceTick = new Set<string>();
  readonly #lastArrivalMs = new Map<string, number>();
  #firstTickMs: number | null = null;

  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  noteBatch(batch: ComparisonBatch): void {
    let previousHour = Number.NaN;
    for (const timestampMs of batch.timestampMs) {
      const hour = Math.floor(timestampMs / hourMilliseconds);
      if (hour === previousHour) continue;
      previousHour = hour;
      this.#note({ kind: 'comparisons', model: batch.origin.model, hourMs: hour * hourMilliseconds });
    }
  }

  noteTraffic(counts: readonly TrafficCount[]): void {
    for (const { model, hourMs } of counts) this.#note({ kind: 'traffic', model, hourMs });
  }

  tick(nowMs: number): void {
    this.#firstTickMs ??= nowMs;
    for (const key of this.#sinceTick) this.#lastArrivalMs.set(key, nowMs);
    this.#sinceTick.clear();
    for (const [key, arrivalMs] of this.#lastArrivalMs) {
      if (nowMs - arrivalMs >= this.#graceMs) this.#lastArrivalMs.delete(key);
    }
  }

  /**
   * No row for a grace period, counted from the first tick for what came before it. Labels and what models cost are never
   * late: they belong to the hour in which they come.
   */
  isQuiet(hour: ModelHour, nowMs: number): boolean {
    if (hour.kind === 'labels' || hour.kind === 'resources') return true;
    if (this.#firstTickMs === null || nowMs - this.#firstTickMs < this.#graceMs) return false;
    return !this.#lastArrivalMs.has(keyOf(hour));
  }

  #note(hour: ModelHour): void {
    this.#sinceTick.add(keyOf(hour));
  }
}

function keyOf({ kind, model, hourMs }: ModelHour): string {
  return JSON.stringify([kind, model, hourMs]);
}
