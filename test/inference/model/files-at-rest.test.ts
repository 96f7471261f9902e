import { renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FilesAtRest } from '../../../src/inference/model/files-at-rest.ts';
import { readModelFiles } from '../../../src/inference/model/read-files.ts';
import { temporaryDirectory } from '../../log/open-test-log.ts';
import { externalSum } from '../../support/onnx-models.ts';

const refusal = (path: string) => ({
  code: 'MODEL_NOT_READY',
  message: `${path} was written while it was read; copy it under another name first, then rename it`,
});

describe('files that belong together', () => {
  it('are read as they lie there', async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'a');
    writeFileSync(path, 'first');
    const reading = new FilesAtRest();
    expect(Buffer.from(await reading.read(path)).toString()).toBe('first');
    await reading.check();
  });

  it.each([
    ['is written over', (path: string) => writeFileSync(path, 'other')],
    [
      'is replaced',
      (path: string) => {
        writeFileSync(`${path}.new`, 'other');
        renameSync(`${path}.new`, path);
      },
    ],
  ])('are refused when one of them %s after it was read', async (_, write) => {
    using directory = temporaryDirectory();
    const paths = ['a', 'b'].map((name) => join(directory.path, name));
    for (const path of paths) writeFileSync(path, 'first');
    const reading = new FilesAtRest();
    await reading.read(paths[0]!);
    write(paths[0]!);
    await reading.read(paths[1]!);
    await expect(reading.check()).rejects.toMatchObject(refusal(paths[0]!));
  });

  it('are read only when what is written to them can be told from what was written before', async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'a');
    writeFileSync(path, 'first');
    const reading = new FilesAtRest();
    await reading.read(path);
    expect(Date.now() - statSync(path).ctimeMs).toBeGreaterThanOrEqual(20);
  });
});

it('a model whose weights are written all the time is refused, and read when they rest', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'model.onnx');
  const weights = join(directory.path, 'weights.bin');
  writeFileSync(path, externalSum(4096));
  writeFileSync(weights, new Uint8Array(4 * 4096));
  let isWriting = true;
  const writing = (async () => {
    for (let second = 1; isWriting; second++) {
      utimesSync(weights, second, second);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await expect(readModelFiles(path)).rejects.toMatchObject(refusal(weights));
  isWriting = false;
  await writing;
  expect((await readModelFiles(path)).external).toMatchObject([{ location: 'weights.bin' }]);
});
