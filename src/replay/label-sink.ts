import type { Label } from '../log/label.ts';

const labelsPerWrite = 5_000;

/** Gathers labels and writes them many at a time, so that the log's commits are few; while one write is under way, no other begins. */
export class LabelSink {
  readonly #put: (labels: readonly Label[]) => Promise<number>;
  #gathered: Label[] = [];
  #writing: Promise<void> = Promise.resolve();
  #kept = 0;

  /** @param put resolves with the number kept */
  constructor(put: (labels: readonly Label[]) => Promise<number>) {
    this.#put = put;
  }

  /** Labels that are durable. */
  get kept(): number {
    return this.#kept;
  }

  add(labels: readonly Label[]): void {
    for (const label of labels) this.#gathered.push(label);
  }

  /** To be awaited now and then, lest labels pile up. */
  async keepPace(): Promise<void> {
    if (this.#gathered.length < labelsPerWrite) return;
    await this.#writing;
    this.#writing = this.#write();
    // Awaited the next time, or at the end: until then its failure is nobody's.
    this.#writing.catch(() => undefined);
  }

  /** Resolves when all are durable. */
  async finish(): Promise<void> {
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    const labels = this.#gathered;
    this.#gathered = [];
    this.#kept += await this.#put(labels);
  }
}
