import { realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { sentenceOf } from '../errors.ts';
import { sequenceOf } from './lake-path.ts';
import { type RecordKind, recordKinds } from './record-kind.ts';
import { lakePaths } from './settle-lake.ts';

/** A log as it lies on a disk, whoever wrote it: a server's data directory, or a lake alone. */
export interface StoredDirectory {
  /** Without links, so that one directory has one path. */
  readonly path: string;
  /** `log.duckdb`, which holds the rows of hours that are still open; null where there is none. */
  readonly logFile: string | null;
  /** Where the kinds of records have their folders; null where nothing was exported yet. */
  readonly lake: string | null;
}

export interface StoredFile {
  readonly kind: RecordKind;
  readonly path: string;
  /** Relative to the lake. */
  readonly part: string;
  readonly bytes: number;
  /** Whether its name is one that only a log gives, once: then a second one like it is a copy. */
  readonly isPart: boolean;
}

export interface StoredFiles {
  readonly files: readonly StoredFile[];
  /** Parquet files that belong to no kind of record. */
  readonly foreign: readonly string[];
}

/** @throws with a sentence where there is no log in the directory */
export async function readStoredDirectory(directory: string): Promise<StoredDirectory> {
  const path = await realpath(directory).catch((cause) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const why = isMissing ? 'there is no such directory' : sentenceOf(cause);
    throw new Error(`there is no log in ${directory}: ${why}`, { cause });
  });
  const logFile = join(path, 'log.duckdb');
  const folders = [join(path, 'lake'), path];
  const lakes = await Promise.all(folders.map(isLake));
  const found = {
    path,
    logFile: (await isThere(logFile)) ? logFile : null,
    lake: folders.find((_, index) => lakes[index]) ?? null,
  };
  if (found.logFile !== null || found.lake !== null) return found;
  throw new Error(
    `there is no log in ${directory}: it has neither log.duckdb nor lake/ nor comparisons/ in it; give the data directory of a server (--data), or a folder of Parquet files that holds comparisons/`,
  );
}

/** The Parquet files of a lake, in the order of their names. What begins with a dot or an underscore is not read. */
export async function storedFiles(lake: string): Promise<StoredFiles> {
  const files: StoredFile[] = [];
  const foreign: string[] = [];
  for (const part of (await lakePaths(lake)).sort()) {
    const name = basename(part);
    if (!name.endsWith('.parquet') || /^[._]/.test(name)) continue;
    const path = join(lake, part);
    const kind = recordKinds.find((candidate) => part.startsWith(`${candidate}${sep}`));
    if (kind === undefined) {
      foreign.push(path);
      continue;
    }
    const { size } = await stat(path);
    files.push({ kind, path, part, bytes: size, isPart: sequenceOf(name) !== null });
  }
  return { files, foreign };
}

async function isLake(folder: string): Promise<boolean> {
  const kinds = await Promise.all(recordKinds.map((kind) => isThere(join(folder, kind))));
  return kinds.includes(true);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
      return false;
    }
    throw error;
  }
}
