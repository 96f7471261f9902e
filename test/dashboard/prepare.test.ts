import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('an install without development dependencies says how to build the dashboard, and succeeds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-prepare-'));
  try {
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const script = join(folder, 'prepare.ts');
    await copyFile(fileURLToPath(new URL('../../dashboard/prepare.ts', import.meta.url)), script);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script]);
    expect(stdout).toContain('"npm run build:dashboard" builds it');
    expect(stderr).toBe('');
  } finally {
    await rm(folder, { recursive: true });
  }
});
