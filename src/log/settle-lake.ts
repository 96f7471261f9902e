import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import { forgetFile, type LakeFile, markExported, planFile, plannedPaths } from './lake-manifest.ts';
import { isTemporaryName, partitionOf, sequenceOf, temporaryName } from './lake-path.ts';
import type { Report } from './log-message.ts';
import { recordKinds } from './record-kind.ts';

/** Files under the lake's root, as paths relative to it. */
export async function lakePaths(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/**
 * Puts the lake in order after a crash: a planned file was never committed, so its rows are still hot and it
 * goes, and so do temporary files. Run it before the first export.
 */
export async function removeUncommitted(connection: DuckDBConnection, root: string): Promise<void> {
  for (const path of await plannedPaths(connection)) {
    await removePart(root, path);
    await forgetFile(connection, path);
  }
  for (const path of await lakePaths(root)) {
    if (isTemporaryName(basename(path))) await rm(join(root, path), { force: true });
  }
}

export async function removePart(root: string, path: string): Promise<void> {
  await rm(join(root, path), { force: true });
  await rm(join(root, dirname(path), temporaryName(basename(path))), { force: true });
}

export interface AdoptableFile extends LakeFile {
  readonly rows: number;
  readonly writtenMs: number;
}

/**
 * For a database that is new beside a lake that is not: the lake is the long-term truth, so its part files
 * become part of the log again. Not to be called in a transaction, which an unreadable file would break.
 */
export async function adoptableFiles(
  connection: DuckDBConnection,
  root: string,
  report: Report,
): Promise<AdoptableFile[]> {
  const files: AdoptableFile[] = [];
  for (const path of await lakePaths(root)) {
    const kind = recordKinds.find((candidate) => path.startsWith(join(candidate, 'model=')));
    const partition = partitionOf(path);
    if (kind === undefined || partition === null || sequenceOf(basename(path)) === null) continue;
    try {
      const file = join(root, path);
      const { mtimeMs } = await stat(file);
      files.push({ path, kind, ...partition, rows: await rowsOf(connection, file), writtenMs: mtimeMs });
    } catch (error) {
      report('warn', { path }, `The file ${path} of the lake is left out of the log: ${sentenceOf(error)}`);
    }
  }
  if (files.length > 0) {
    report(
      'info',
      { files: files.length },
      'The comparison log is new and takes over the Parquet files it found.',
    );
  }
  return files;
}

export async function adoptFiles(
  connection: DuckDBConnection,
  files: readonly AdoptableFile[],
): Promise<void> {
  for (const file of files) {
    await planFile(connection, file);
    await markExported(connection, file.path, file.rows, file.writtenMs);
  }
}

async function rowsOf(connection: DuckDBConnection, file: string): Promise<number> {
  const reader = await connection.runAndReadAll('SELECT num_rows FROM parquet_file_metadata($file)', {
    file,
  });
  return Number(reader.getRows()[0]?.[0]);
}
