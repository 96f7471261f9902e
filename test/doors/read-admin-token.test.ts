import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAdminToken } from '../../src/doors/read-admin-token.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'understudy-token-'));
});
afterAll(() => rm(directory, { recursive: true }));

const token = '0123456789abcdef';

describe('the admin token', () => {
  it('is none, what was given, or what a file holds without the line’s end', async () => {
    await writeFile(join(directory, 'token'), `${token}\n`);
    expect(await readAdminToken({})).toBeNull();
    expect(await readAdminToken({ adminToken: token })).toBe(token);
    expect(await readAdminToken({ adminTokenFile: join(directory, 'token') })).toBe(token);
  });

  it.each(['', 'short', token.slice(1), `${token} `, `${token}ä`, `${token}\n${token}`])(
    'is refused without being told where it cannot be used: %j',
    async (bad) => {
      await writeFile(join(directory, 'bad'), `x${bad}`);
      await expect(readAdminToken({ adminToken: bad })).rejects.toThrow(/^the admin token has /);
      const refusals = await Promise.allSettled([readAdminToken({ adminToken: bad })]);
      if (bad !== '') expect(String((refusals[0] as PromiseRejectedResult).reason)).not.toContain(bad);
    },
  );

  it('of a file that is not there, or is empty, is refused with its name', async () => {
    await writeFile(join(directory, 'empty'), '\n');
    await expect(readAdminToken({ adminTokenFile: join(directory, 'none') })).rejects.toThrow(
      /^the file of the admin token cannot be read: ENOENT/,
    );
    await expect(readAdminToken({ adminTokenFile: join(directory, 'empty') })).rejects.toThrow(
      /^the admin token in .*empty has 0 characters, and 16 are the least; make one by "openssl/,
    );
  });
});
