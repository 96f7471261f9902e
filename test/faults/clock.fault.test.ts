import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../log/open-test-log.ts';
import { startServerProcess } from '../support/server-process.ts';
import {
  eventually,
  faketimeLibrary,
  metric,
  postLabels,
  reportOf,
  shadowedFraud,
  writeModels,
} from './broken-server.ts';
import { Users } from './users.ts';

const hourSeconds = 3600;

it.skipIf(faketimeLibrary === null)(
  'a clock that jumps back an hour, and forth again: users notice nothing, and no row and no label is lost (needs libfaketime)',
  async () => {
    using directory = temporaryDirectory();
    writeModels(directory.path, shadowedFraud);
    const offset = join(directory.path, 'offset');
    const jumpTo = (seconds: number): void => {
      writeFileSync(offset, `${seconds >= 0 ? '+' : ''}${seconds}`);
      utimesSync(offset, 1, 1);
    };
    jumpTo(0);
    await using server = await startServerProcess(directory.path, {
      LD_PRELOAD: faketimeLibrary!,
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_CACHE_DURATION: '1',
      // As the kernel has it: only the time of day is set, what has passed goes on.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    });
    await using users = new Users(server, { pauseMs: 2 });
    for (const seconds of [0, -hourSeconds, 0]) {
      jumpTo(seconds);
      const { answered } = users;
      const { compared } = (await reportOf(server)).traffic;
      await eventually(
        'users are answered on, and enough of them compared',
        async () =>
          users.answered > answered + 200 && (await reportOf(server)).traffic.compared > compared + 200,
      );
      const ids = users.seen.slice(answered, answered + 50).map(({ id }) => id);
      expect((await postLabels(server, ids)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
    await users.stop();
    expect(users.troubled).toEqual([]);
    await eventually('all rows are there', async () => {
      const { rows, sampled, compared } = (await reportOf(server)).traffic;
      return rows === users.answered && compared === sampled;
    });
    // The rows of that time stand in the hour that the clock told.
    const halfAnHourAgo = new Date(Date.now() - 1_800_000).toISOString();
    const then = (await reportOf(server, `?to=${halfAnHourAgo}`)).overall.n;
    const now = (await reportOf(server, `?from=${halfAnHourAgo}`)).overall.n;
    expect(then).toBeGreaterThan(100);
    expect(now).toBeGreaterThan(100);
    const response = await fetch(`${server.url}/v2/models/fraud/comparisons?limit=1000`);
    const { comparisons } = (await response.json()) as { comparisons: Record<string, unknown>[] };
    // What has passed is measured by another clock.
    const passed = comparisons.flatMap((row) => Object.entries(row).filter(([name]) => name.endsWith('_us')));
    expect(passed.length).toBeGreaterThan(1000);
    for (const [name, value] of passed) expect(Number(value), name).toBeGreaterThanOrEqual(0);
    expect(await metric(server, 'shadow_log_dropped_rows')).toBe(0);
    const { status } = await server.stop();
    expect(status).toBe(0);
  },
);
