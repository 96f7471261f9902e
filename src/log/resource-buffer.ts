import type { ResourceRow } from './resource-row.ts';

/** Some hours of a few lanes. */
const maxRows = 100_000;

/** Rows of what models cost that are not durable yet. Bounded: where they cannot be written for long, the oldest go. */
export class ResourceBuffer {
  #rows: readonly ResourceRow[] = [];
  dropped = 0;

  get size(): number {
    return this.#rows.length;
  }

  add(rows: readonly ResourceRow[]): void {
    this.#keep([...this.#rows, ...rows]);
  }

  /** Everything held; what cannot be written is given back with `restore`. */
  take(): readonly ResourceRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  restore(rows: readonly ResourceRow[]): void {
    this.#keep([...rows, ...this.#rows]);
  }

  #keep(rows: readonly ResourceRow[]): void {
    this.dropped += Math.max(0, rows.length - maxRows);
    this.#rows = rows.slice(-maxRows);
  }
}
