import type { DuckDBInstance } from '@duckdb/node-api';
import type { MemoryLimits } from './memory-limits.ts';

/** Raises DuckDB's memory limit while there are sessions, and lowers it when the last of them has ended. */
export class SessionMemory {
  readonly #database: DuckDBInstance;
  readonly #limits: MemoryLimits;
  #sessions = 0;

  constructor(database: DuckDBInstance, limits: MemoryLimits) {
    this.#database = database;
    this.#limits = limits;
  }

  async take(): Promise<void> {
    if (this.#sessions++ === 0) await this.#set(this.#limits.session);
  }

  async giveBack(): Promise<void> {
    if (--this.#sessions === 0) await this.#set(this.#limits.everyday);
  }

  /** A limit below what is held, and cannot be put aside just now, is refused; it is set again after the next session. */
  async #set(mebibytes: number): Promise<void> {
    const connection = await this.#database.connect();
    try {
      await connection.run(`SET GLOBAL memory_limit = '${mebibytes}MiB'`);
    } catch {
      // Hot rows are written down before long.
    } finally {
      connection.closeSync();
    }
  }
}
