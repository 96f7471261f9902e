import { open } from 'node:fs/promises';

/** A line of a file, without its end; null where it is longer than a line may be. */
export interface FileLine {
  readonly number: number;
  readonly bytes: Buffer | null;
}

export interface FileLines {
  readonly lines: readonly FileLine[];
  /** Up to here the file has been read. */
  readonly bytesRead: number;
}

const chunkBytes = 1024 * 1024;
const newline = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The lines of a file, a chunk's worth at a time, as bytes: of lines that nobody may ever decode no text is made. Of
 * one that is too long no more is kept than may be. Blank lines are counted and passed over.
 */
export async function* readLines(path: string, longestLine: number): AsyncGenerator<FileLines> {
  await using file = await open(path);
  let number = 0;
  let bytesRead = 0;
  /** Beginning of a line whose end is in a later chunk. */
  let begun: Buffer[] = [];
  let begunBytes = 0;
  const take = (end: Buffer): FileLine => {
    number++;
    const length = begunBytes + end.length;
    const bytes = length > longestLine ? null : begunBytes === 0 ? end : Buffer.concat([...begun, end]);
    begun = [];
    begunBytes = 0;
    return { number, bytes: number === 1 && bytes !== null ? withoutMark(bytes) : bytes };
  };
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(chunkBytes);
    const { bytesRead: size } = await file.read(chunk, 0, chunkBytes, null);
    bytesRead += size;
    const lines: FileLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1 && end < size; end = chunk.indexOf(newline, from)) {
      lines.push(take(chunk.subarray(from, end)));
      from = end + 1;
    }
    if (size > from) {
      begunBytes += size - from;
      if (begunBytes <= longestLine) begun.push(chunk.subarray(from, size));
      else begun = [];
    }
    if (size === 0 && begunBytes > 0) lines.push(take(Buffer.alloc(0)));
    yield { lines: lines.filter(({ bytes }) => bytes === null || !isBlank(bytes)), bytesRead };
    if (size === 0) return;
  }
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
