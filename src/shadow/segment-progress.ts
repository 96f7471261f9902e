/** Compared rows of each segment, by its key; the key of all rows is empty. */
export interface LoggedProgress {
  /** Event time of the first compared row, milliseconds since the epoch; null where there is none. */
  readonly firstMs: number | null;
  readonly compared: ReadonlyMap<string, number>;
}

const maxSegments = 5_000;

/** How far each segment has come: what the log knew, and what was mirrored since. */
export class SegmentProgress {
  #compared = new Map<string, number>();

  /** Takes the log's word for all that was counted so far. */
  replace({ compared }: Pick<LoggedProgress, 'compared'>): void {
    this.#compared = new Map(compared);
  }

  /** @param rows that went to the shadow; negative where they are taken back */
  add(key: string, rows: number): void {
    const before = this.#compared.get(key);
    if (before === undefined && this.#compared.size >= maxSegments) return;
    this.#compared.set(key, Math.max(0, (before ?? 0) + rows));
  }

  comparedOf(key: string): number {
    return this.#compared.get(key) ?? 0;
  }

  get segments(): Iterable<string> {
    return this.#compared.keys();
  }
}
