import type { DuckDBConnection } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import { listed } from '../protocol/quoting.ts';
import { sqlText } from './log-database.ts';
import type { ByKind } from './record-kind.ts';
import type { StoredFile } from './stored-directory.ts';

/** What makes a Parquet file one of ours; other columns may be missing from old ones. */
const neededColumns: ByKind<readonly string[]> = {
  comparisons: [
    ...['event_id', 'request_id', 'row', 'ts', 'model', 'primary_version', 'shadow_version', 'role'],
    ...['pi', 'task', 'p_status', 's_status', 'agree'],
  ],
  labels: ['model', 'request_id', 'row', 'label', 'seq', 'received_ts'],
  traffic: ['hour', 'model', 'primary_version', 'shadow_version', 'role', 'n_all'],
  resources: ['ts', 'model', 'role', 'cpu_us'],
};

const filesAtOnce = 256;

export interface UsableFiles {
  readonly files: readonly StoredFile[];
  /** A sentence for each file that is damaged, or that no log has written. */
  readonly refusals: readonly string[];
}

/** Looks at the end of every file, where Parquet keeps its columns: one that was cut short has none. */
export async function usableFiles(
  connection: DuckDBConnection,
  files: readonly StoredFile[],
): Promise<UsableFiles> {
  const usable: StoredFile[] = [];
  const refusals: string[] = [];
  for (let from = 0; from < files.length; from += filesAtOnce) {
    const some = files.slice(from, from + filesAtOnce);
    const columns = await columnsOf(connection, some);
    for (const file of some) {
      const found = columns.get(file.path);
      const refusal = typeof found === 'string' ? found : missingIn(file, found ?? new Set());
      if (refusal === null) usable.push(file);
      else refusals.push(`${file.path} is left out: ${refusal}`);
    }
  }
  return { files: usable, refusals };
}

/** By path; a sentence in place of the columns of a file that cannot be read. */
async function columnsOf(
  connection: DuckDBConnection,
  files: readonly StoredFile[],
): Promise<ReadonlyMap<string, ReadonlySet<string> | string>> {
  try {
    return await readColumns(connection, files);
  } catch (error) {
    // One that is damaged spoils the answer for all: each by itself tells which it is.
    const [only] = files;
    if (only === undefined || files.length === 1) {
      return new Map(
        files.map(({ path }) => [path, `it is damaged (${sentenceOf(error).split('\n', 1)[0]})`]),
      );
    }
    const single = await Promise.all(files.map((file) => columnsOf(connection, [file])));
    return new Map(single.flatMap((columns) => [...columns]));
  }
}

async function readColumns(
  connection: DuckDBConnection,
  files: readonly StoredFile[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const reader = await connection.runAndReadAll(
    `SELECT file_name, name FROM parquet_schema([${files.map(({ path }) => sqlText(path)).join(', ')}])`,
  );
  const columns = new Map<string, Set<string>>();
  for (const [file, name] of reader.getRows()) {
    const known = columns.get(String(file)) ?? new Set<string>();
    columns.set(String(file), known.add(String(name)));
  }
  return columns;
}

function missingIn({ kind }: StoredFile, columns: ReadonlySet<string>): string | null {
  const missing = neededColumns[kind].filter((name) => !columns.has(name));
  if (missing.length === 0) return null;
  return `it lacks ${listed(missing)}, which files of ${kind} have`;
}
