import type { DuckDBInstance } from '@duckdb/node-api';
import { createExclusive } from '../exclusive.ts';
import type { MemoryLimits } from './memory-limits.ts';

/** Raises DuckDB's memory limit while there is work that needs much, and lowers it when the last of it has ended. */
export class RaisedMemory {
  readonly #database: DuckDBInstance;
  readonly #limits: MemoryLimits;
  /** One after the other, or the limit of work that has ended might be set after that of work that begins. */
  readonly #inTurn = createExclusive();
  #holders = 0;
  #current: number;

  constructor(database: DuckDBInstance, limits: MemoryLimits) {
    this.#database = database;
    this.#limits = limits;
    this.#current = limits.everyday;
  }

  /** Until what it gives is disposed of. */
  async take(): Promise<AsyncDisposable> {
    this.#holders++;
    await this.#inTurn(() => this.#apply());
    return {
      [Symbol.asyncDispose]: () => {
        this.#holders--;
        return this.#inTurn(() => this.#apply());
      },
    };
  }

  /** A limit below what is held, and cannot be put aside just now, is refused; it is set again after the next such work. */
  async #apply(): Promise<void> {
    const mebibytes = this.#holders > 0 ? this.#limits.raised : this.#limits.everyday;
    if (mebibytes === this.#current) return;
    try {
      const connection = await this.#database.connect();
      try {
        await connection.run(`SET GLOBAL memory_limit = '${mebibytes}MiB'`);
        this.#current = mebibytes;
      } finally {
        connection.closeSync();
      }
    } catch {
      // Hot rows are written down before long; what finds too little says so itself.
    }
  }
}
