import type { DuckDBConnection } from '@duckdb/node-api';
import { timestampOf } from './comparison-columns.ts';
import { type ByKind, byKind, type RecordKind } from './record-kind.ts';

/** One file of the lake. */
export interface LakeFile {
  /** Relative to the lake's root, so that the data directory can be moved. */
  readonly path: string;
  readonly kind: RecordKind;
  readonly model: string;
  readonly hourMs: number;
}

/**
 * The table `lake_files` says which files are part of the log. A file is planned before it is written and
 * becomes exported in the transaction that deletes its rows from the hot table. So after a crash a planned
 * file is known to be a copy of rows that are still hot, and is removed.
 */
export async function createManifest(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `CREATE TABLE IF NOT EXISTS lake_files(
       path VARCHAR, kind VARCHAR, model VARCHAR, hour TIMESTAMP, rows BIGINT, exported_ts TIMESTAMP)`,
  );
}

export async function hasManifest(connection: DuckDBConnection): Promise<boolean> {
  const reader = await connection.runAndReadAll(
    "SELECT count(*)::INTEGER FROM duckdb_tables() WHERE table_name = 'lake_files'",
  );
  return reader.getRows()[0]?.[0] === 1;
}

export async function planFile(connection: DuckDBConnection, file: LakeFile): Promise<void> {
  await connection.run('INSERT INTO lake_files VALUES ($path, $kind, $model, $hour, NULL, NULL)', {
    path: file.path,
    kind: file.kind,
    model: file.model,
    hour: timestampOf(file.hourMs),
  });
}

export async function markExported(
  connection: DuckDBConnection,
  path: string,
  rows: number,
  nowMs: number,
): Promise<void> {
  await connection.run('UPDATE lake_files SET rows = $rows, exported_ts = $now WHERE path = $path', {
    rows,
    now: timestampOf(nowMs),
    path,
  });
}

export async function forgetFile(connection: DuckDBConnection, path: string): Promise<void> {
  await connection.run('DELETE FROM lake_files WHERE path = $path AND exported_ts IS NULL', { path });
}

export async function plannedPaths(connection: DuckDBConnection): Promise<string[]> {
  const reader = await connection.runAndReadAll(
    'SELECT path FROM lake_files WHERE exported_ts IS NULL ORDER BY hour, path',
  );
  return reader.getRows().map(([path]) => String(path));
}

export async function exportedPaths(connection: DuckDBConnection): Promise<ByKind<readonly string[]>> {
  const reader = await connection.runAndReadAll(
    'SELECT kind, path FROM lake_files WHERE exported_ts IS NOT NULL ORDER BY hour, path',
  );
  const files = reader.getRows();
  return byKind((kind) => files.filter((file) => file[0] === kind).map((file) => String(file[1])));
}
