import { type FileHandle, open } from 'node:fs/promises';

/** Tags and types of the System V ABI, "Program Loading and Dynamic Linking". */
const loadable = 1;
const dynamic = 2;
const tags = { end: 0, needed: 1, stringTable: 5 } as const;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Names of the libraries that a shared library wants loaded with it, such as `libcudart.so.12`. Reads the 64-bit
 * little-endian ELF of every machine that ONNX Runtime's GPU providers are built for.
 *
 * @throws with a sentence where the file is something else
 */
export async function neededLibraries(path: string): Promise<string[]> {
  await using file = await open(path);
  const header = await bytesAt(file, 0, 64);
  if (header.toString('latin1', 0, 4) !== '\x7fELF' || header[4] !== 2 || header[5] !== 1) {
    throw new Error(`${path} is no 64-bit shared library for Linux`);
  }
  const segments = await segmentsOf(file, header);
  const table = segments.find(({ type }) => type === dynamic);
  if (table === undefined) return [];
  const entries = await bytesAt(file, table.offset, table.size);
  const needed: number[] = [];
  let strings: number | null = null;
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    const tag = Number(entries.readBigInt64LE(at));
    const value = Number(entries.readBigUInt64LE(at + 8));
    if (tag === tags.end) break;
    if (tag === tags.needed) needed.push(value);
    if (tag === tags.stringTable) strings = value;
  }
  const holder = segments.find(
    ({ type, address, size }) =>
      type === loadable && strings !== null && strings >= address && strings < address + size,
  );
  if (strings === null || holder === undefined)
    throw new Error(`${path} is damaged: it names no string table`);
  const start = holder.offset + strings - holder.address;
  return Promise.all(needed.map((name) => textAt(file, start + name)));
}

async function segmentsOf(file: FileHandle, header: Buffer): Promise<Segment[]> {
  const [size, count] = [header.readUInt16LE(0x36), header.readUInt16LE(0x38)];
  const table = await bytesAt(file, Number(header.readBigUInt64LE(0x20)), size * count);
  return Array.from({ length: Math.floor(table.length / size) }, (_, i) => ({
    type: table.readUInt32LE(i * size),
    offset: Number(table.readBigUInt64LE(i * size + 0x08)),
    address: Number(table.readBigUInt64LE(i * size + 0x10)),
    size: Number(table.readBigUInt64LE(i * size + 0x20)),
  }));
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer.subarray(0, bytesRead);
}

/** A library's name, which ends at a NUL and is never long. */
async function textAt(file: FileHandle, position: number): Promise<string> {
  const bytes = await bytesAt(file, position, 256);
  return bytes.toString('latin1', 0, Math.max(0, bytes.indexOf(0)));
}
