/**
 * Estimates by how much ONNX Runtime's arena has grown since the model was loaded, of which its Node binding tells nothing. The
 * arena keeps what it ever needed and needs more only for more rows than ever before, so the growth of the process is read
 * around such runs alone: a few readings in the life of a model. Other threads' allocations of that moment are in it.
 */
export class ArenaMeter {
  readonly #residentBytes: () => number;
  #mostRows = 0;
  #bytes = 0;

  constructor(residentBytes: () => number = () => process.memoryUsage.rss()) {
    this.#residentBytes = residentBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Runs the model on so many rows. */
  async around<Result>(rows: number, run: () => Promise<Result>): Promise<Result> {
    if (rows <= this.#mostRows) return run();
    this.#mostRows = rows;
    const before = this.#residentBytes();
    try {
      return await run();
    } finally {
      this.#bytes += Math.max(0, this.#residentBytes() - before);
    }
  }
}
