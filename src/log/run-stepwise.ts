import { setImmediate, setTimeout } from 'node:timers/promises';
import { DuckDBPendingResultState, type DuckDBPreparedStatement, type DuckDBResult } from '@duckdb/node-api';

/**
 * Runs a statement in DuckDB's own small steps (1-30 ms mostly, 0.3 s for the sort of a million rows) on this
 * thread, with room for other work between them. `prepared.run()` would run it on a thread of libuv's pool,
 * which is not niced and which file access of the whole process shares. An aborted signal ends it between two steps, with its reason.
 */
export async function runStepwise(
  prepared: DuckDBPreparedStatement,
  signal?: AbortSignal,
): Promise<DuckDBResult> {
  const pending = prepared.start();
  for (;;) {
    signal?.throwIfAborted();
    const state = pending.runTask();
    if (state === DuckDBPendingResultState.RESULT_READY) break;
    if (state === DuckDBPendingResultState.NO_TASKS_AVAILABLE) await setTimeout(1);
    else await setImmediate();
  }
  return pending.getResult();
}
