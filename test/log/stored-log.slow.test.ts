import { cp, readdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { openStoredLog } from '../../src/log/stored-log.ts';
import { askElsewhere, filesUnder, openTestLog, temporaryDirectory } from './open-test-log.ts';
import { batchOf, fourOClock, hourMs, labelOf, trafficOf } from './sample-records.ts';

/** A log with ten exported rows and five hot ones of a later hour, labels and traffic, which nobody has open. */
async function writeLog(directory: string, prefix: string): Promise<void> {
  await using opened = await openTestLog(directory, { instance: prefix });
  const { log } = opened;
  log.append(batchOf({ rows: 10, prefix, segments: { country: Array<string>(10).fill('DE') } }));
  log.countTraffic([trafficOf({ rows: 40 })]);
  await log.exportClosedHours();
  log.append(batchOf({ rows: 5, prefix: `${prefix}hot`, timestampMs: fourOClock + 4 * hourMs }));
  log.countTraffic([trafficOf({ rows: 2, hourMs: fourOClock + 4 * hourMs })]);
  await log.putLabels('fraud', [labelOf(`${prefix}0`, '0')]);
  await log.flush();
}

async function countsOf(directories: readonly string[]) {
  await using log = await openStoredLog(directories);
  const [rows] = await log.query('SELECT count(*) AS n, count(seg_country) AS german FROM comparisons');
  const [traffic] = await log.query('SELECT sum(n_all) AS n FROM traffic');
  const [labels] = await log.query('SELECT count(*) AS n FROM labels');
  return {
    ...{ rows: rows?.n, german: rows?.german, traffic: traffic?.n, labels: labels?.n },
    ...{ remarks: log.remarks, leftOut: log.leftOut },
  };
}

const quiet = { remarks: [], leftOut: [] };

describe('a stored log', () => {
  it('is the rows of the lake and those still in log.duckdb, and is left as it was', async () => {
    using data = temporaryDirectory();
    await writeLog(data.path, 'a');
    const before = filesUnder(data.path);
    expect(await countsOf([data.path])).toEqual({ ...quiet, rows: 15, german: 10, traffic: 42, labels: 1 });
    expect(filesUnder(data.path)).toEqual(before);
  });

  it('is read from a lake alone, by its folder or the one above', async () => {
    using data = temporaryDirectory();
    await writeLog(data.path, 'a');
    const lake = join(data.path, 'lake');
    expect(await countsOf([lake])).toMatchObject({ ...quiet, rows: 10, traffic: 40 });
    using elsewhere = temporaryDirectory();
    await cp(lake, join(elsewhere.path, 'lake'), { recursive: true });
    expect(await countsOf([elsewhere.path])).toMatchObject({ ...quiet, rows: 10, traffic: 40 });
  });

  it('is several servers’ together, the later of two labels counting whichever server has it', async () => {
    using a = temporaryDirectory();
    using b = temporaryDirectory();
    await writeLog(a.path, 'a');
    await writeLog(b.path, 'b');
    {
      await using opened = await openTestLog(b.path, { now: () => fourOClock + 5 * hourMs, instance: 'b2' });
      await opened.log.putLabels('fraud', [labelOf('a0', 'corrected')]);
    }
    expect(await countsOf([a.path, b.path])).toMatchObject({ ...quiet, rows: 30, traffic: 84, labels: 3 });
    await using log = await openStoredLog([a.path, b.path]);
    expect(await log.query("SELECT label FROM latest_labels WHERE request_id = 'a0'")).toEqual([
      { label: 'corrected' },
    ]);
  });

  it('takes a directory that is given twice, and a file that is there twice, once', async () => {
    using data = temporaryDirectory();
    await writeLog(data.path, 'a');
    expect(await countsOf([data.path, data.path])).toMatchObject({ ...quiet, rows: 15 });
    using copy = temporaryDirectory();
    await cp(join(data.path, 'lake'), join(copy.path, 'lake'), { recursive: true });
    expect(await countsOf([data.path, copy.path])).toMatchObject({
      ...{ rows: 15, traffic: 42, leftOut: [] },
      remarks: [expect.stringMatching(/^\d files of the same name and size as others: read once$/)],
    });
  });

  it('is refused where a copy has exported what the other still holds', async () => {
    using data = temporaryDirectory();
    await writeLog(data.path, 'a');
    using copy = temporaryDirectory();
    await cp(data.path, copy.path, { recursive: true });
    {
      await using opened = await openTestLog(copy.path, {
        now: () => fourOClock + 9 * hourMs,
        instance: 'c',
      });
      await opened.log.exportClosedHours();
    }
    await expect(openStoredLog([data.path, copy.path])).rejects.toThrow(
      /^5 compared rows would count twice: .*one of them is a copy of another; give each log once$/,
    );
  });

  it('leaves out what is damaged or not its own, and names it', async () => {
    using data = temporaryDirectory();
    await writeLog(data.path, 'a');
    const folder = join(data.path, 'lake/comparisons/model=fraud/dt=2026-11-23/hr=04');
    const [part = ''] = await readdir(folder);
    await cp(join(folder, part), join(folder, 'part-b-1.parquet'));
    await truncate(join(folder, 'part-b-1.parquet'), 700);
    await askElsewhere(`COPY (SELECT 1 AS answer) TO '${folder}/answers.parquet' (FORMAT parquet)`);
    await writeFile(join(folder, '_SUCCESS'), '');
    await cp(join(folder, part), join(data.path, 'lake/stray.parquet'));
    const counts = await countsOf([data.path]);
    expect(counts).toMatchObject({ rows: 15, remarks: [] });
    expect(counts.leftOut).toEqual([
      expect.stringMatching(/stray\.parquet is left out: it is in none of the folders of a log$/),
      expect.stringMatching(
        /answers\.parquet is left out: it lacks "event_id", .*, which files of comparisons have$/,
      ),
      expect.stringMatching(/part-b-1\.parquet is left out: it is damaged \(.+\)$/),
    ]);
  });

  it('says which exported files are gone, and goes on', async () => {
    using data = temporaryDirectory();
    await writeLog(data.path, 'a');
    using archive = temporaryDirectory();
    const folder = join(data.path, 'lake/comparisons/model=fraud/dt=2026-11-23/hr=04');
    const [part = ''] = await readdir(folder);
    await rename(join(folder, part), join(archive.path, part));
    expect(await countsOf([data.path])).toMatchObject({
      ...{ rows: 5, leftOut: [] },
      remarks: [
        expect.stringMatching(
          /^1 exported file of .* is not there any more \(.*\); the report goes on without$/,
        ),
      ],
    });
  });

  it('is refused where there is none', async () => {
    using data = temporaryDirectory();
    await expect(openStoredLog([data.path])).rejects.toThrow(
      /^there is no log in .*: it has neither log\.duckdb nor lake\/ nor comparisons\/ in it; give the data directory/,
    );
    await expect(openStoredLog([join(data.path, 'nowhere')])).rejects.toThrow(
      /^there is no log in .*nowhere: there is no such directory$/,
    );
  });

  it('is read after a crash: what only the write-ahead log has, and no file twice that was left half-way', async () => {
    using data = temporaryDirectory();
    using crashed = temporaryDirectory();
    await writeLog(data.path, 'a');
    {
      await using opened = await openTestLog(data.path, { instance: 'a2' });
      opened.log.append(batchOf({ rows: 7, prefix: 'late', timestampMs: fourOClock + 4 * hourMs }));
      await opened.log.flush();
      await cp(data.path, crashed.path, { recursive: true });
    }
    expect(filesUnder(crashed.path)).toContain('log.duckdb.wal');
    expect(await countsOf([crashed.path])).toMatchObject({ ...quiet, rows: 22, traffic: 42 });

    const database = await DuckDBInstance.create(join(crashed.path, 'log.duckdb'));
    const connection = await database.connect();
    await connection.run(`INSERT INTO hot_comparisons BY NAME SELECT * FROM
      read_parquet('${crashed.path}/lake/comparisons/*/*/*/*.parquet', hive_partitioning = false)`);
    await connection.run("UPDATE lake_files SET exported_ts = NULL WHERE kind = 'comparisons'");
    connection.closeSync();
    database.closeSync();
    expect(await countsOf([crashed.path])).toMatchObject({ ...quiet, rows: 22 });
  });

  it('has every table, also those of which there is no file', async () => {
    using data = temporaryDirectory();
    await writeLog(data.path, 'a');
    await using log = await openStoredLog([join(data.path, 'lake')]);
    expect(await log.query('SELECT cpu_us FROM resources')).toEqual([]);
  });
});
