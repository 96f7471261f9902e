import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { startServerProcess } from '../support/server-process.ts';
import { eventually, metric, postLabels, reportOf, shadowedFraud, writeModels } from './broken-server.ts';
import { Users } from './users.ts';

/** A disk of so many bytes at the path, until disposed of. */
function smallDisk(path: string, bytes: number): Disposable {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path]);
  return { [Symbol.dispose]: () => void execFileSync('umount', ['--lazy', path]) };
}

function mayMount(): boolean {
  using directory = temporaryDirectory();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory.path]).status === 0;
  return mounted && spawnSync('umount', [directory.path]).status === 0;
}

const many = Array.from({ length: 10_000 }, (_, i) => `label ${i}`);

it.skipIf(!mayMount())(
  'a disk that fills up while the log writes: users notice nothing, labels are refused, and all rows come when there is room (needs to mount a tmpfs)',
  async () => {
    using directory = temporaryDirectory();
    writeModels(directory.path, shadowedFraud);
    const data = join(directory.path, 'data');
    using _disk = smallDisk(data, 24 * 1024 * 1024);
    await using server = await startServerProcess(directory.path);
    expect((await postLabels(server, ['before'])).status).toBe(200);
    await using users = new Users(server, { pauseMs: 2 });
    await eventually('rows are compared', async () => (await reportOf(server)).traffic.compared > 100);

    const ballast = join(data, 'ballast');
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k']);
    await eventually('flushes fail', async () => (await metric(server, 'shadow_log_failed_flushes')) >= 2);
    const refused = await postLabels(server, many);
    expect(refused.status).toBe(503);
    expect(refused.text).toBe(
      '{"error":"the labels could not be kept, since the comparison log cannot write; send them again later"}',
    );
    // What is on the disk can still be asked about.
    expect((await reportOf(server)).traffic.compared).toBeGreaterThan(100);
    const answered = users.answered;
    await eventually('users are answered on', () => users.answered > answered + 50);

    rmSync(ballast);
    await eventually('labels are kept again', async () => (await postLabels(server, many)).status === 200);
    await users.stop();
    expect(users.troubled).toEqual([]);
    await eventually('all rows are there', async () => {
      const { rows, sampled, compared } = (await reportOf(server)).traffic;
      return rows === users.answered && compared === sampled;
    });
    expect(await metric(server, 'shadow_log_dropped_rows')).toBe(0);
    expect(server.logged()).toMatch(
      /The comparison log cannot write, keeps the rows and tries again: .*No space left on device/,
    );
    expect(server.logged()).toMatch(
      /Labels were refused, since they could not be kept: .*No space left on device/,
    );
    const { status } = await server.stop();
    expect(status).toBe(0);
  },
);
