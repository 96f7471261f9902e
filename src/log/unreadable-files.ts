import type { DuckDBConnection } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import { sqlText } from './log-database.ts';

/**
 * Reads every value of every file, to tell after a query failed which of them are damaged inside: DuckDB does not always
 * say. A sentence for each.
 */
export async function unreadableFiles(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<string[]> {
  const sentences: string[] = [];
  for (const path of paths) {
    try {
      await connection.run(
        `SELECT max(hash(file)) FROM read_parquet(${sqlText(path)}, hive_partitioning = false) AS file`,
      );
    } catch (error) {
      sentences.push(`${path} is damaged inside (${sentenceOf(error).split('\n', 1)[0]})`);
    }
  }
  return sentences;
}
