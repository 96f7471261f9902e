import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from './log-database.ts';
import { type ByKind, byKind, hotTableName, recordKinds } from './record-kind.ts';

/**
 * What queries read: hot rows and exported rows as one. A view's columns are fixed when it is made, so it is
 * made anew, in the same transaction, whenever a table gets a column or the lake a file.
 *
 * Files are listed one by one, never by a pattern: what is half-written or not ours is not read. The path's
 * model, dt and hr are left alone (`hive_partitioning = false`), since `model` is in the file, too, as text.
 * A reader that takes partitions from the path gets the same model twice and no error: DuckDB lets the path win
 * (and guesses its type: the model `7` becomes a BIGINT), and so does Spark for paths, in the partition's
 * type; it advises against a catalog table with such an overlap, where `model` is best left to the partition.
 *
 * @param tables of other databases, whose rows count too
 * @param labelOrder by what the latest of several labels is known: `seq` rises within one log; across several only the time
 *   says which came last, so that `seq` is made of it
 */
export async function createViews(
  connection: DuckDBConnection,
  files: ByKind<readonly string[]>,
  tables: ByKind<readonly string[]> = byKind(() => []),
  labelOrder: 'seq' | 'time' = 'seq',
): Promise<void> {
  for (const kind of recordKinds) {
    const union = unionOf([hotTableName(kind), ...tables[kind]], files[kind]);
    const selected = kind === 'labels' && labelOrder === 'time' ? `${byTime} FROM (${union})` : union;
    await connection.run(`CREATE OR REPLACE VIEW ${kind} AS ${selected}`);
  }
  await connection.run(
    `CREATE OR REPLACE VIEW latest_labels AS SELECT * FROM labels
     QUALIFY row_number() OVER (PARTITION BY model, request_id, "row" ORDER BY seq DESC) = 1`,
  );
}

const byTime = 'SELECT * REPLACE (epoch_us(received_ts)::HUGEINT * 9223372036854775808 + seq AS seq)';

function unionOf(tables: readonly string[], files: readonly string[]): string {
  const hot = tables.map((table) => `SELECT * FROM ${table}`).join(' UNION ALL BY NAME ');
  if (files.length === 0) return hot;
  const list = files.map(sqlText).join(', ');
  return `${hot} UNION ALL BY NAME
    SELECT * FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
}
