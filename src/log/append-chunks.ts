import { setImmediate } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api';
import { fillColumn } from './fill-column.ts';
import type { HotTable } from './hot-table.ts';

/** DuckDB's vector size: a chunk holds no more rows. */
export const chunkRows = 2048;

/**
 * Appends chunks (the table's columns in its order, each an array of equal length of at most `chunkRows`)
 * inside the transaction that is open on the connection. Chunks are filled on this thread; between two of
 * them other work gets its turn.
 */
export async function appendChunks(
  connection: DuckDBConnection,
  table: HotTable,
  chunks: Iterable<readonly (readonly DuckDBValue[])[]>,
): Promise<void> {
  const types = table.columns.map((column) => column.type);
  const appender = await connection.createAppender(table.name);
  try {
    for (const columns of chunks) {
      const chunk = DuckDBDataChunk.create(types, columns[0]?.length ?? 0);
      for (const [index, values] of columns.entries()) fillColumn(chunk, index, types[index]!, values);
      appender.appendDataChunk(chunk);
      await setImmediate();
    }
    appender.flushSync();
  } catch (error) {
    // Without this, closing would try the same rows again.
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
  }
}
