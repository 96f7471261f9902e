import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startLogProcess } from './log-process.ts';
import { openTestLog, temporaryDirectory } from './open-test-log.ts';

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;

describe('a log whose process is killed', () => {
  it('has every row and label that was acknowledged, and no part of a flush', async () => {
    using directory = temporaryDirectory();
    let acknowledged = 0;
    for (let life = 1; life <= 2; life++) {
      await using log = await startLogProcess(directory.path);
      for (let command = 0; command < 40; command++) log.say('300 20');
      for (let answer = 0; answer < 8 * life; answer++) {
        expect(await log.nextLine()).toBe('durable');
        acknowledged++;
      }
      log.child.kill('SIGKILL');
      await once(log.child, 'exit');
    }
    await using opened = await openTestLog(directory.path);
    const [rows] = await opened.log.query('SELECT count(*) AS n FROM comparisons');
    const [labels] = await opened.log.query('SELECT count(*) AS n, count(DISTINCT seq) AS seqs FROM labels');
    expect(Number(rows?.n)).toBeGreaterThanOrEqual(acknowledged * 300);
    expect(Number(rows?.n) % 300).toBe(0);
    expect(Number(labels?.n)).toBeGreaterThanOrEqual(acknowledged * 20);
    expect(labels?.seqs).toBe(labels?.n);
    const [costs] = await opened.log.query('SELECT count(*) AS n FROM resources');
    expect(Number(costs?.n)).toBeGreaterThanOrEqual(acknowledged * 2);
    expect(Number(costs?.n) % 2).toBe(0);
  });
});

describe('a log that another process holds', () => {
  it('is not opened, and the sentence says who holds it and what to do', async () => {
    using directory = temporaryDirectory();
    await using holder = await startLogProcess(directory.path);
    await expect(openTestLog(directory.path)).rejects.toThrow(
      `log.duckdb is held by the process ${holder.child.pid}, and only one server can have it open: stop that server`,
    );
    holder.say('close');
    expect(await holder.nextLine()).toBe('closed');
    await once(holder.child, 'exit');
    await using opened = await openTestLog(directory.path);
    expect(await opened.log.query('FROM comparisons')).toEqual([]);
  });
});

describe.skipIf(!hasPrlimit)('a log whose disk is full (needs prlimit to make it so)', () => {
  it('keeps the rows and writes them when there is room again', async () => {
    using directory = temporaryDirectory();
    await using log = await startLogProcess(directory.path);
    const answerTo = (command: string) => {
      log.say(command);
      return log.nextLine();
    };
    const limitFiles = (bytes: number | 'unlimited') =>
      execFileSync('prlimit', ['--pid', String(log.child.pid), `--fsize=${bytes}:unlimited`]);
    expect(await answerTo('100 1')).toBe('durable');
    limitFiles(statSync(join(directory.path, 'log.duckdb.wal')).size + 1000);
    expect(await answerTo('2000 0')).toMatch(/^failed: .*log\.duckdb\.wal/);
    expect(await answerTo('0 50')).toMatch(/^failed: /);
    expect(await answerTo('2000 0')).toMatch(/^failed: /);
    limitFiles('unlimited');
    expect(await answerTo('100 1')).toBe('durable');
    expect(await answerTo('close')).toBe('closed');
    await using opened = await openTestLog(directory.path);
    expect(
      await opened.log.query('SELECT count(*) AS n, count(DISTINCT event_id) AS events FROM comparisons'),
    ).toEqual([{ n: 4200, events: 4200 }]);
    expect(await opened.log.query('SELECT count(*) AS n FROM labels')).toEqual([{ n: 2 }]);
  });
});
