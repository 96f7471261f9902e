import { randomUUID } from 'node:crypto';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { sentenceOf } from '../errors.ts';

export interface DiskFacts {
  /** The data folder. */
  readonly folder: string;
  /** Where it was tried: the folder, or the one above it in which it will be made. */
  readonly triedIn: string;
  /** Null where `triedIn` is a folder. */
  readonly obstacle: string | null;
  /** Null where a file could be written there. */
  readonly refusal: string | null;
  /** Bytes that an ordinary user may still take. */
  readonly freeBytes: number;
  /** As the kernel numbers it in statfs(2). */
  readonly fileSystem: number;
  /** Median time until a small append was on the disk; null where nothing could be written. */
  readonly fsyncMilliseconds: number | null;
}

const appends = 9;

export async function readDiskFacts(folder: string): Promise<DiskFacts> {
  const path = resolve(folder);
  const triedIn = await nearestThatIsThere(path);
  const isFolder = (await stat(triedIn)).isDirectory();
  const { bavail, bsize, type } = await statfs(triedIn);
  const about = { folder: path, triedIn, freeBytes: bavail * bsize, fileSystem: type };
  if (!isFolder)
    return { ...about, obstacle: `${triedIn} is a file`, refusal: null, fsyncMilliseconds: null };
  try {
    const fsyncMilliseconds = await timeAppends(triedIn);
    return { ...about, obstacle: null, refusal: null, fsyncMilliseconds };
  } catch (error) {
    return { ...about, obstacle: null, refusal: sentenceOf(error), fsyncMilliseconds: null };
  }
}

async function nearestThatIsThere(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    // The root is always there, so this ends.
    if (code === 'ENOENT' || code === 'ENOTDIR') return nearestThatIsThere(dirname(path));
    throw error;
  }
}

/** As the log does when it acknowledges labels: append, then wait until it is on the disk. */
async function timeAppends(folder: string): Promise<number> {
  const path = join(folder, `.understudy-doctor-${randomUUID()}`);
  const file = await open(path, 'wx');
  try {
    const page = Buffer.alloc(4096);
    const times: number[] = [];
    for (let i = 0; i < appends; i++) {
      await file.write(page);
      const started = performance.now();
      await file.sync();
      times.push(performance.now() - started);
    }
    return times.sort((a, b) => a - b)[Math.floor(appends / 2)]!;
  } finally {
    await file.close();
    await rm(path);
  }
}
