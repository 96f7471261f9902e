import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLines } from '../../src/replay/read-lines.ts';
import { temporaryDirectory } from '../log/open-test-log.ts';

async function linesOf(
  content: string | Buffer,
  longest = 1000,
): Promise<(readonly [number, string | null])[]> {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'file');
  writeFileSync(path, content);
  const found: (readonly [number, string | null])[] = [];
  let last = 0;
  for await (const { lines, bytesRead } of readLines(path, longest)) {
    for (const { number, bytes } of lines) found.push([number, bytes?.toString() ?? null]);
    last = bytesRead;
  }
  expect(last).toBe(Buffer.byteLength(content));
  return found;
}

it('lines are numbered from 1, blank ones counted and passed over, the last with or without an end', async () => {
  expect(await linesOf('a\n\n  \r\nb\r\nc')).toEqual([
    [1, 'a'],
    [4, 'b\r'],
    [5, 'c'],
  ]);
  expect(await linesOf('a\n')).toEqual([[1, 'a']]);
  expect(await linesOf('')).toEqual([]);
});

it('a byte order mark is no part of the first line', async () => {
  expect(await linesOf('\ufeff{}\n\ufeffb')).toEqual([
    [1, '{}'],
    [2, '\ufeffb'],
  ]);
});

it('lines that lie across the pieces in which a file is read are whole', async () => {
  const words = Array.from({ length: 40_000 }, (_, i) => `${i}-${'x'.repeat(i % 90)}`);
  expect((await linesOf(words.join('\n'))).map(([, text]) => text)).toEqual(words);
});

it('a line that is too long is told by its number, and what follows is read', async () => {
  expect(await linesOf(`a\n${'b'.repeat(3_000_000)}\nc\n${'d'.repeat(1001)}`)).toEqual([
    [1, 'a'],
    [2, null],
    [3, 'c'],
    [4, null],
  ]);
  expect(await linesOf('e'.repeat(1000))).toEqual([[1, 'e'.repeat(1000)]]);
});
