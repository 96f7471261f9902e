import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { startServerProcess } from '../support/server-process.ts';
import { eventually, metric, postLabels, reportOf, shadowedFraud, writeModels } from './broken-server.ts';
import { Users } from './users.ts';

/** What was compared before, or a part of it. */
type Kept = 'some' | 'none';

const overwrite = (path: string, fromEnd: number): void => {
  const bytes = readFileSync(path);
  bytes.fill(0xff, bytes.length - fromEnd, bytes.length - fromEnd + 200);
  writeFileSync(path, bytes);
};

it.each([
  ['WAL is cut off at its tail', (_: string, wal: string) => cutOff(wal, 100), 'some', null, null],
  [
    ...['WAL is overwritten', (_: string, wal: string) => overwrite(wal, 2000), 'some'],
    ...[/write-ahead log .* is damaged from byte/, /^log\.duckdb\.wal\.damaged-/],
  ],
  [
    ...['file is overwritten', (file: string) => overwrite(file, readFileSync(file).length), 'none'],
    ...[/is damaged and set aside/, /^log\.duckdb\.damaged-/],
  ],
] as [string, (file: string, wal: string) => void, Kept, RegExp | null, RegExp | null][])(
  "a killed server whose log's %s starts all the same: users notice nothing, and what is lost is told",
  async (_, damage, kept, said, keptAs) => {
    using directory = temporaryDirectory();
    writeModels(directory.path, shadowedFraud);
    const data = join(directory.path, 'data');
    let before = 0;
    let early = 0;
    {
      await using server = await startServerProcess(directory.path);
      const users = new Users(server, { prefix: 'before ', pauseMs: 1 });
      const compared = async () => (await reportOf(server)).traffic.compared;
      await eventually('rows are compared', async () => (await compared()) > 200);
      early = await compared();
      // Damage to the tail takes the last transactions, however many rows a slow machine put into one: not those before these.
      await eventually('many more are', async () => (await compared()) > early + 1000);
      await server.kill();
      await users.gone();
      before = users.seen.length;
    }
    damage(join(data, 'log.duckdb'), join(data, 'log.duckdb.wal'));
    await using server = await startServerProcess(directory.path);
    await using users = new Users(server, { pauseMs: 1 });
    const compared = async () => (await reportOf(server)).traffic.compared;
    const found = await compared();
    await eventually('rows are compared again', async () => (await compared()) > found + 100);
    expect((await postLabels(server, ['after'])).status).toBe(200);
    await users.stop();
    expect(users.troubled).toEqual([]);
    if (kept === 'none') expect(found).toBeLessThanOrEqual(users.answered);
    else expect(found).toBeGreaterThanOrEqual(early);
    expect(await compared()).toBeLessThanOrEqual(before + users.answered);
    expect(await metric(server, 'shadow_log_dropped_rows')).toBe(0);
    if (said !== null) expect(server.logged()).toMatch(said);
    if (keptAs !== null) expect(readdirSync(data).filter((name) => keptAs.test(name))).not.toEqual([]);
    expect((await server.stop()).status).toBe(0);
  },
);

function cutOff(path: string, bytes: number): void {
  truncateSync(path, readFileSync(path).length - bytes);
}
