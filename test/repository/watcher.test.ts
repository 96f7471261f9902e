import { appendFile, chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModelPrints } from '../../src/repository/model-prints.ts';
import { RepositoryWatcher } from '../../src/repository/watcher.ts';

let directory: string;
let watcher: RepositoryWatcher;
let told: string[][];
let logged: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-watcher-'));
  await put('fraud/7/model.onnx', 'seven');
  await put('churn.v1.onnx', 'one');
  told = [];
  logged = [];
  const log = (_: object, message: string) => void logged.push(message);
  watcher = new RepositoryWatcher(await readModelPrints(directory), {
    ...{ directory, intervalMs: 3_600_000, logger: { info: log, warn: log, error: log } },
    onChange: (models) => void told.push([...models]),
  });
});
afterEach(async () => {
  await watcher[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true });
  await writeFile(join(directory, path), content);
}
async function look(times: number): Promise<string[][]> {
  for (let i = 0; i < times; i++) await watcher.look();
  return told.splice(0);
}

describe('a repository that is watched', () => {
  it('is at rest as long as nothing changes', async () => {
    await put('notes/readme.txt', 'nothing of a model');
    await put('fraud/training/data.csv', 'neither');
    expect(await look(3)).toEqual([]);
  });

  it('has changed when two looks in a row saw the same', async () => {
    await put('fraud/8/model.onnx', 'eight');
    expect(await look(1)).toEqual([]);
    expect(await look(1)).toEqual([['fraud']]);
    expect(await look(3)).toEqual([]);
  });

  it('is left alone while a file grows, however long that takes', async () => {
    await put('fraud/8/model.onnx', '');
    for (let i = 0; i < 10; i++) {
      await appendFile(join(directory, 'fraud/8/model.onnx'), 'more');
      expect(await look(1)).toEqual([]);
    }
    expect(await look(1)).toEqual([['fraud']]);
  });

  it.each([
    ['an ONNX file of the same size', 'fraud', () => put('fraud/7/model.onnx', 'SEVEN')],
    ['weights', 'fraud', () => put('fraud/7/weights/layer.bin', 'x')],
    ['weights beside a flat file', 'churn', () => put('churn.v1.onnx.data', 'x')],
    ['settings', 'fraud', () => put('fraud/deployment.yaml', 'x')],
    ['settings of a model of flat files', 'churn', () => put('churn/deployment.yaml', 'x')],
    ['settings of Triton', 'fraud', () => put('fraud/config.pbtxt', 'x')],
    ['samples to warm up with', 'fraud', () => put('fraud/warmup/x.bin', 'x')],
    ['a new model', 'new', () => put('new/1/model.onnx', 'x')],
    ['a version that goes', 'fraud', () => rm(join(directory, 'fraud'), { recursive: true })],
  ])('sees %s', async (_, model, change) => {
    await change();
    expect(await look(2)).toEqual([[model]]);
  });

  it('sees a file that took the place of another with its size and its time', async () => {
    const at = new Date('2026-01-01T00:00:00Z');
    const path = join(directory, 'fraud/7/model.onnx');
    await utimes(path, at, at);
    expect(await look(2)).toEqual([['fraud']]);
    // Times of files are as coarse as the system's clock ticks.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await put('fraud/other', 'SEVEN');
    await utimes(join(directory, 'fraud/other'), at, at);
    await rename(join(directory, 'fraud/other'), path);
    expect(await look(2)).toEqual([['fraud']]);
  });

  it('follows links to what they lead to, as in a mounted ConfigMap', async () => {
    await put('store/a/deployment.yaml', 'a');
    await put('store/b/deployment.yaml', 'bb');
    const data = join(directory, 'fraud', '..data');
    await symlink(join(directory, 'store/a'), data);
    await symlink('..data/deployment.yaml', join(directory, 'fraud/deployment.yaml'));
    expect(await look(2)).toEqual([['fraud']]);
    await symlink(join(directory, 'store/b'), `${data}.new`);
    await rename(`${data}.new`, data);
    expect(await look(2)).toEqual([['fraud']]);
  });

  it('that cannot be read for a while has not changed: it is told once, and tried again', async () => {
    const away = `${directory}-away`;
    await rename(directory, away);
    expect(await look(3)).toEqual([]);
    expect(logged).toEqual([expect.stringMatching(/cannot be watched: ENOENT.*; it is tried again$/)]);
    await rename(away, directory);
    expect(await look(3)).toEqual([]);
    expect(logged).toEqual([expect.anything(), `${directory} can be read again`]);
  });

  it.skipIf(process.getuid?.() === 0)('is watched though one folder of it may not be read', async () => {
    await chmod(join(directory, 'fraud'), 0);
    await put('churn.v2.onnx', 'two');
    expect((await look(2)).flat()).toContain('churn');
    await chmod(join(directory, 'fraud'), 0o755);
  });
});
