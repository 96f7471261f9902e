import type { DuckDBInstance } from '@duckdb/node-api';
import { createExclusive } from '../exclusive.ts';
import type { MemoryLimits } from './memory-limits.ts';

/** Raises DuckDB's memory limit while there are sessions, and lowers it when the last of them has ended. */
export class SessionMemory {
  readonly #database: DuckDBInstance;
  readonly #limits: MemoryLimits;
  /** One after the other, or the limit of a session that has ended might be set after that of one that begins. */
  readonly #inTurn = createExclusive();
  #sessions = 0;
  #current: number;

  constructor(database: DuckDBInstance, limits: MemoryLimits) {
    this.#database = database;
    this.#limits = limits;
    this.#current = limits.everyday;
  }

  take(): Promise<void> {
    this.#sessions++;
    return this.#inTurn(() => this.#apply());
  }

  giveBack(): Promise<void> {
    this.#sessions--;
    return this.#inTurn(() => this.#apply());
  }

  /** A limit below what is held, and cannot be put aside just now, is refused; it is set again after the next session. */
  async #apply(): Promise<void> {
    const mebibytes = this.#sessions > 0 ? this.#limits.session : this.#limits.everyday;
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
      // Hot rows are written down before long; a session that finds too little says so itself.
    }
  }
}
