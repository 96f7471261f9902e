import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLogProcess } from './log-process.ts';
import { openTestLog, temporaryDirectory } from './open-test-log.ts';
import { batchOf, labelOf } from './sample-records.ts';

/** Five commits in the file, and five more in its write-ahead log. */
const original = temporaryDirectory();
beforeAll(async () => {
  for (const end of ['close', 'kill']) {
    await using log = await startLogProcess(original.path);
    for (let commit = 0; commit < 5; commit++) {
      log.say('3000 20');
      expect(await log.nextLine()).toBe('durable');
    }
    const ended = once(log.child, 'exit');
    if (end === 'close') log.say('close');
    else log.child.kill('SIGKILL');
    await ended;
  }
});
afterAll(() => original[Symbol.dispose]());

/** Overwrites a tenth of a kilobyte, so far from the end. */
function overwrite(file: string, fromEnd: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0xff, bytes.length - fromEnd, bytes.length - fromEnd + 100);
  writeFileSync(file, bytes);
}

const cases: readonly (readonly [
  string,
  (file: string, wal: string) => void,
  number,
  number,
  RegExp | null,
])[] = [
  [
    'whose write-ahead log is cut off in its last bytes',
    (_, wal) => truncateSync(wal, statSync(wal).size - 100),
    27_000,
    30_000,
    null,
  ],
  [
    'whose write-ahead log is cut off in the middle',
    (_, wal) => truncateSync(wal, Math.floor(statSync(wal).size / 2)),
    15_000,
    29_999,
    null,
  ],
  [
    'whose write-ahead log is overwritten near its end',
    (_, wal) => overwrite(wal, 2000),
    27_000,
    30_000,
    /write-ahead log .* is damaged from byte/,
  ],
  [
    'whose write-ahead log is overwritten in the middle',
    (_, wal) => overwrite(wal, Math.floor(statSync(wal).size / 2)),
    15_000,
    29_999,
    /write-ahead log .* is damaged from byte/,
  ],
  [
    'whose file is cut off',
    (file) => truncateSync(file, statSync(file).size - 200_000),
    0,
    0,
    /is damaged and set aside, and a new one is begun/,
  ],
  [
    'whose file is overwritten at its start',
    (file) => writeFileSync(file, Buffer.alloc(100_000)),
    0,
    0,
    /is damaged and set aside/,
  ],
];

describe('a log', () => {
  it.each(cases)(
    '%s opens with what is sound, keeps a copy of what is not, and goes on',
    async (_, damage, least, most, sentence) => {
      using directory = temporaryDirectory();
      cpSync(original.path, directory.path, { recursive: true });
      damage(join(directory.path, 'log.duckdb'), join(directory.path, 'log.duckdb.wal'));
      await using opened = await openTestLog(directory.path);
      const rows = async () =>
        Number((await opened.log.query('SELECT count(*) AS n FROM comparisons'))[0]?.n);
      const found = await rows();
      expect(found).toBeGreaterThanOrEqual(least);
      expect(found).toBeLessThanOrEqual(most);
      expect(found % 3000).toBe(0);
      const errors = opened.reports.filter(({ level }) => level === 'error').map(({ message }) => message);
      expect(errors).toEqual(sentence === null ? [] : [expect.stringMatching(sentence)]);
      const kept = readdirSync(directory.path).filter((name) => name.includes('.damaged-'));
      expect(kept.length > 0).toBe(sentence !== null);
      opened.log.append(batchOf({ rows: 10, prefix: 'after' }));
      await opened.log.flush();
      expect(await opened.log.putLabels('fraud', [labelOf('after0', '1')])).toBe(1);
      expect(await rows()).toBe(found + 10);
    },
  );
});
