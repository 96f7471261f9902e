import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isSkipped } from './test-thread.ts';

const native = fileURLToPath(new URL('../../native', import.meta.url));

describe.skipIf(isSkipped)('the build of the addon (skipped where no compiler built it)', () => {
  it('lets the install go on without a compiler, says what is lost, and leaves what was built', async () => {
    const before = statSync(`${native}/build/understudy.node`);
    const { status, stderr } = spawnSync(process.execPath, [`${native}/build.ts`], {
      encoding: 'utf8',
      env: { ...process.env, CXX: 'no-such-compiler' },
    });
    expect(status).toBe(0);
    expect(stderr).toContain('The native addon could not be built: spawnSync no-such-compiler ENOENT');
    expect(stderr).toContain(
      'The server runs without it. Lost are: threads that run only when nothing else wants to',
    );
    expect(stderr).toContain('Install a C++17 compiler (g++ or clang) and run "npm run build:native".');
    expect(statSync(`${native}/build/understudy.node`).ino).toBe(before.ino);
    expect((await readdir(`${native}/build`)).filter((file) => file !== 'understudy.node')).toEqual([]);
  });

  it('hands the compiler the flags of the environment', async () => {
    const before = statSync(`${native}/build/understudy.node`);
    const { status, stderr } = spawnSync(process.execPath, [`${native}/build.ts`], {
      encoding: 'utf8',
      env: { ...process.env, CXXFLAGS: ' -O1  -include no-such-header.h ' },
    });
    expect(status).toBe(0);
    expect(stderr).toContain('no-such-header.h');
    expect(statSync(`${native}/build/understudy.node`).ino).toBe(before.ino);
  });

  it('puts a new file in the place of the old one, which a server may have open', () => {
    const before = statSync(`${native}/build/understudy.node`);
    const { status, stderr } = spawnSync(process.execPath, [`${native}/build.ts`], {
      encoding: 'utf8',
      // What the compiler warns of fails here, not at a user's install.
      env: { ...process.env, CXXFLAGS: '-Werror' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(statSync(`${native}/build/understudy.node`).ino).not.toBe(before.ino);
  });
});
