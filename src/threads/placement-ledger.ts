import type { PlacedThread, ThreadRole, Yielding } from './thread-placement.ts';

/** What the system would not do for threads of a role. */
export interface Refusal {
  readonly role: ThreadRole;
  readonly sentence: string;
}

/** So many threads of a role were placed so, since the server started. */
export interface PlacementCount {
  readonly role: ThreadRole;
  readonly yielding: Yielding;
  readonly threads: number;
  /** Of these, how many were refused something. */
  readonly refused: number;
}

/** What became of all placements: for the log, which hears of a refusal once, for `doctor` and for metrics. */
export class PlacementLedger {
  readonly #refusals = new Map<string, Refusal>();
  readonly #counts = new Map<string, PlacementCount>();
  readonly #onRefusal: (refusal: Refusal) => void;

  /** @param onRefusal called once for each sentence and role, however many threads it meets */
  constructor(onRefusal: (refusal: Refusal) => void) {
    this.#onRefusal = onRefusal;
  }

  note({ role, yielding, refusals }: PlacedThread): void {
    const key = `${role} ${yielding}`;
    const count = this.#counts.get(key) ?? { role, yielding, threads: 0, refused: 0 };
    this.#counts.set(key, {
      ...count,
      threads: count.threads + 1,
      refused: count.refused + (refusals.length > 0 ? 1 : 0),
    });
    for (const sentence of refusals) this.#noteRefusal({ role, sentence });
  }

  refusals(): readonly Refusal[] {
    return [...this.#refusals.values()];
  }

  counts(): readonly PlacementCount[] {
    return [...this.#counts.values()];
  }

  #noteRefusal(refusal: Refusal): void {
    const key = `${refusal.role} ${refusal.sentence}`;
    if (this.#refusals.has(key)) return;
    this.#refusals.set(key, refusal);
    this.#onRefusal(refusal);
  }
}
