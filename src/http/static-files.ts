import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptedCoding } from './accepted-coding.ts';

/** What the build of a page consists of, by ending. */
const mediaTypes: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['ico', 'image/x-icon'],
  ['woff2', 'font/woff2'],
  ['webmanifest', 'application/manifest+json'],
  ['txt', 'text/plain; charset=utf-8'],
]);
/** The better one first, with its ending. */
const codings = { br: '.br', gzip: '.gz' } as const;
type Coding = keyof typeof codings;
/** Names that begin with a dot are nobody's, and `..` would lead out. */
const safePath = /^(?:[\w-][\w.-]*\/){0,4}[\w-][\w.-]*\.(\w+)$/;

export interface StaticFile {
  readonly body: Buffer;
  readonly mediaType: string;
  readonly coding: Coding | null;
  /** Another one when the file is another. */
  readonly etag: string;
}

/**
 * The files of a folder, each packed beforehand (`.br`, `.gz` beside it) where that is there and wanted. A built page is a few files of
 * some hundred kilobytes, which are read as they are asked for, so that one that was just built is served.
 */
export class StaticFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Null where there is no such file.
   *
   * @param path within the folder, with slashes
   */
  async find(path: string, acceptEncoding: string | undefined): Promise<StaticFile | null> {
    const mediaType = mediaTypes.get(safePath.exec(path)?.[1] ?? '');
    if (mediaType === undefined) return null;
    const coding = acceptedCoding(acceptEncoding, Object.keys(codings) as Coding[]);
    const found = coding && (await this.#read(path + codings[coding]));
    if (coding !== null && found) return { ...found, mediaType, coding };
    const plain = await this.#read(path);
    return plain && { ...plain, mediaType, coding: null };
  }

  async #read(path: string): Promise<Pick<StaticFile, 'body' | 'etag'> | null> {
    const file = join(this.#root, path);
    try {
      const { mtimeMs, size } = await stat(file);
      const ending = path.slice(path.lastIndexOf('.') + 1);
      return { body: await readFile(file), etag: `W/"${size}-${Math.round(mtimeMs)}-${ending}"` };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
