import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tabularMlp } from '../../../bench/models/tabular-mlp.ts';
import { fileOf } from './small-models.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../../bench/models/main.ts', import.meta.url));
let out = '';
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'understudy-bench-models-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

const write = (...options: string[]) => run(process.execPath, [main, '--out', out, ...options]);

describe('node bench/models/main.ts', () => {
  it('writes a model repository, with a shadow of other weights', async () => {
    const { stdout } = await write(
      ...['--only', 'tabular-mlp,embedding-table', '--shadow', '--seed', '3', '--table-rows', '50'],
    );
    expect((await readdir(out)).sort()).toEqual(['embedding-table', 'tabular-mlp']);
    for (const [version, seed] of [
      ['1', 3],
      ['2', 4],
    ] as const) {
      const written = await readFile(join(out, 'tabular-mlp', version, 'model.onnx'));
      expect(Buffer.compare(written, fileOf(tabularMlp, seed))).toBe(0);
    }
    expect(await readFile(join(out, 'embedding-table', 'deployment.yaml'), 'utf8')).toContain(
      'task: embedding',
    );
    expect(stdout).toMatch(/embedding-table +│ 2 +│ 3,200 /);
  });

  it('says which models there are where one is unknown', async () => {
    await expect(write('--only', 'resnet50,bert')).rejects.toThrow(
      '--only names bert; there are tabular-mlp, gradient-boosted-trees, bert-mini, resnet50, embedding-table, bert-base',
    );
  });
});
