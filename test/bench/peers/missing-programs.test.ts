import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNginx } from '../../../bench/peers/nginx-program.ts';
import { findPython } from '../../../bench/peers/python-program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'understudy-programs-'));
  await writeFile(join(folder, 'nginx'), 'not a program');
});
afterAll(() => rm(folder, { recursive: true }));

async function program(name: string, status: number): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\nexit ${status}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('programs that a peer needs', () => {
  it('are asked for with the packages that have them', () => {
    expect(() => findNginx([folder])).toThrow(
      'nginx is not installed; on Debian and Ubuntu: apt-get install nginx',
    );
    expect(() => findPython([folder])).toThrow(
      'no Python 3 has all of fastapi, uvicorn, numpy; on Debian and Ubuntu: apt-get install python3-fastapi uvicorn python3-numpy',
    );
  });

  it('are found in the folders given', async () => {
    const nginx = await program('nginx', 0);
    expect(findNginx(['/nowhere', folder])).toBe(nginx);
  });

  it('are passed over where they lack the modules', async () => {
    await program('python3', 1);
    expect(() => findPython([folder])).toThrow('no Python 3');
    const python = await program('python3', 0);
    expect(findPython([folder])).toBe(python);
  });
});
