import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import type { ComparisonLog } from '../../src/log/comparison-log.ts';
import { planFile } from '../../src/log/lake-manifest.ts';
import { writePart } from '../../src/log/write-part.ts';
import { askElsewhere, filesUnder, openTestLog, temporaryDirectory, until } from './open-test-log.ts';
import { batchOf, fourOClock, hourMs, labelOf, trafficOf } from './sample-records.ts';

const partition = 'lake/comparisons/model=fraud/dt=2026-11-23/hr=04';

/** What a report would ask; the same before and after an export. */
async function answers(log: ComparisonLog) {
  return {
    rows: await log.query(
      `SELECT model, date_trunc('hour', ts) AS hour, seg_country, count(*) AS n, count(*) FILTER (agree) AS agreed
       FROM comparisons GROUP BY ALL ORDER BY ALL`,
    ),
    ids: await log.query('SELECT count(DISTINCT (model, request_id)) AS ids FROM comparisons'),
    traffic: await log.query(
      'SELECT hour, seg_country, sum(n_all) AS n, sum(n_dropped_budget) AS d FROM traffic GROUP BY ALL ORDER BY ALL',
    ),
    labels: await log.query('SELECT request_id, label, label_ts, seq FROM latest_labels ORDER BY ALL'),
  };
}

/** Two models, three hours (the last one open at 08:00), labels that came at 04:30. */
async function fill(directory: string): Promise<void> {
  await using opened = await openTestLog(directory, { now: () => fourOClock + hourMs / 2 });
  const { log } = opened;
  const segments = {
    country: Array.from({ length: 30 }, (_, row) => (row % 3 === 0 ? null : `C${row % 3}`)),
  };
  for (const [hour, model] of [
    [0, 'fraud'],
    [1, 'fraud'],
    [1, 'churn v2/ü'],
    [4, 'fraud'],
  ] as const) {
    const timestampMs = fourOClock + hour * hourMs;
    log.append(batchOf({ model, rows: 30, prefix: `h${hour}-`, timestampMs, segments }));
    log.countTraffic([trafficOf({ hourMs: timestampMs, rows: 100, droppedRows: { budget: 2 } })]);
    await log.flush();
    log.countTraffic([trafficOf({ hourMs: timestampMs, rows: 50, segments: { country: 'DE' } })]);
    log.countTraffic([trafficOf({ hourMs: timestampMs, rows: 5 })]);
    await log.flush();
  }
  await log.putLabels('fraud', [labelOf('h0-1', 'old'), labelOf('h0-1', 'new'), labelOf('h4-2', '1')]);
}

describe('the export of closed hours', () => {
  it('writes one file per model and hour, deletes the hot rows, and changes no answer', async () => {
    using directory = temporaryDirectory();
    await fill(directory.path);
    await using opened = await openTestLog(directory.path);
    const before = await answers(opened.log);
    expect(await opened.log.exportClosedHours()).toEqual({ files: 6, rows: 30 * 3 + 2 * 2 + 3 });
    expect(await answers(opened.log)).toEqual(before);
    expect(filesUnder(directory.path).filter((path) => path.startsWith('lake/'))).toEqual([
      'lake/comparisons/model=churn%20v2%2F%C3%BC/dt=2026-11-23/hr=05/part-test-2.parquet',
      'lake/comparisons/model=fraud/dt=2026-11-23/hr=04/part-test-1.parquet',
      'lake/comparisons/model=fraud/dt=2026-11-23/hr=05/part-test-3.parquet',
      'lake/labels/model=fraud/dt=2026-11-23/hr=04/part-test-4.parquet',
      'lake/traffic/model=fraud/dt=2026-11-23/hr=04/part-test-5.parquet',
      'lake/traffic/model=fraud/dt=2026-11-23/hr=05/part-test-6.parquet',
    ]);
    const hot = `SELECT (SELECT count(*) FROM hot_comparisons) AS comparisons, (SELECT count(*) FROM hot_labels) AS labels,
      (SELECT count(DISTINCT hour) FROM hot_traffic) AS traffic_hours`;
    expect(await opened.log.query(hot)).toEqual([{ comparisons: 30, labels: 0, traffic_hours: 1 }]);
    expect(await opened.log.exportClosedHours()).toEqual({ files: 0, rows: 0 });
    expect((await opened.log.statistics()).lakeFiles).toBe(6);
  });

  it('writes files that another program reads, sorted by time, partitions and all', async () => {
    using directory = temporaryDirectory();
    await fill(directory.path);
    await using opened = await openTestLog(directory.path);
    await opened.log.exportClosedHours();
    const lake = `${directory.path}/lake`;
    expect(
      await askElsewhere(
        `SELECT model, dt::VARCHAR AS dt, hr, count(*)::INTEGER AS n
         FROM read_parquet('${lake}/comparisons/**/*.parquet', hive_partitioning = true) GROUP BY ALL ORDER BY ALL`,
      ),
    ).toEqual([
      { model: 'churn v2/ü', dt: '2026-11-23', hr: '05', n: 30 },
      { model: 'fraud', dt: '2026-11-23', hr: '04', n: 30 },
      { model: 'fraud', dt: '2026-11-23', hr: '05', n: 30 },
    ]);
    const file = `${directory.path}/${partition}/part-test-1.parquet`;
    expect(await askElsewhere(`SELECT DISTINCT compression FROM parquet_metadata('${file}')`)).toEqual([
      { compression: 'ZSTD' },
    ]);
    const types = await askElsewhere(
      `SELECT DISTINCT column_type AS t FROM (DESCRIBE FROM read_parquet('${file}', hive_partitioning = false)) ORDER BY t`,
    );
    expect(types.map(({ t }) => t)).toEqual(['BOOLEAN', 'DOUBLE', 'INTEGER', 'TIMESTAMP', 'VARCHAR']);
    const times = await askElsewhere(`SELECT ts FROM '${file}'`);
    expect(times).toEqual(times.toSorted((a, b) => Number(a.ts) - Number(b.ts)));
    expect(times[0]).toEqual({ ts: new Date(fourOClock) });
  });

  it('puts late rows of an exported hour into a further part', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    opened.log.append(batchOf({ rows: 3, prefix: 'a' }));
    await opened.log.exportClosedHours();
    opened.log.append(batchOf({ rows: 2, prefix: 'b', segments: { late: ['x', 'y'] } }));
    expect(await opened.log.exportClosedHours()).toEqual({ files: 1, rows: 2 });
    expect(filesUnder(join(directory.path, partition))).toEqual([
      'part-test-1.parquet',
      'part-test-2.parquet',
    ]);
    expect(
      await opened.log.query('SELECT seg_late, count(*) AS n FROM comparisons GROUP BY ALL ORDER BY ALL'),
    ).toEqual([
      { seg_late: 'x', n: 1 },
      { seg_late: 'y', n: 1 },
      { seg_late: null, n: 3 },
    ]);
  });

  it('leaves an hour alone until its grace period is over', async () => {
    using directory = temporaryDirectory();
    let now = fourOClock + hourMs + 599_999;
    await using opened = await openTestLog(directory.path, { now: () => now });
    opened.log.append(batchOf());
    expect(await opened.log.exportClosedHours()).toEqual({ files: 0, rows: 0 });
    now += 1;
    expect(await opened.log.exportClosedHours()).toEqual({ files: 1, rows: 1 });
  });

  it('happens by itself, once no row of the hour has come for the grace period', async () => {
    using directory = temporaryDirectory();
    let now = fourOClock + 24 * hourMs;
    await using opened = await openTestLog(directory.path, {
      now: () => now,
      flushIntervalMs: 5,
      exportCheckIntervalMs: 10,
    });
    const files = async () => (await opened.log.statistics()).lakeFiles;
    const ticks = () => new Promise((resolve) => setTimeout(resolve, 100));
    opened.log.append(batchOf());
    await ticks();
    now += 599_000;
    opened.log.append(batchOf());
    await ticks();
    now += 599_000;
    await ticks();
    expect(await files()).toBe(0);
    now += 1_000;
    await until(async () => (await files()) === 1);
    expect(await opened.log.query('SELECT count(*) AS n FROM comparisons')).toEqual([{ n: 2 }]);
  });

  it('loses and doubles nothing while rows of the same hour keep coming', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path, { flushIntervalMs: 1 });
    let appended = 0;
    const appending = (async () => {
      for (let round = 0; round < 60; round++) {
        opened.log.append(
          batchOf({ rows: 500, prefix: `${round}-`, segments: { country: Array(500).fill('DE') } }),
        );
        appended += 500;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    let seen = 0;
    for (let round = 0; round < 8; round++) {
      await opened.log.exportClosedHours();
      const [counted] = await opened.log.query('SELECT count(*) AS n FROM comparisons');
      expect(counted?.n).toBeGreaterThanOrEqual(seen);
      seen = Number(counted?.n);
    }
    await appending;
    await opened.log.exportClosedHours();
    expect(
      await opened.log.query('SELECT count(*) AS n, count(DISTINCT request_id) AS ids FROM comparisons'),
    ).toEqual([{ n: appended, ids: appended }]);
    expect(await opened.log.query('SELECT count(*) AS n FROM hot_comparisons')).toEqual([{ n: 0 }]);
    expect(opened.reports.filter((report) => report.level === 'error')).toEqual([]);
  });
});

describe('the lake', () => {
  it('is read by the manifest: what lies there half-written or foreign is not touched', async () => {
    using directory = temporaryDirectory();
    await fill(directory.path);
    {
      await using opened = await openTestLog(directory.path);
      await opened.log.exportClosedHours();
    }
    const foreign = [
      `${partition}/part-other-1.parquet`,
      `${partition}/.part-x.parquet`,
      'lake/comparisons/notes.txt',
    ];
    for (const path of foreign) writeFileSync(join(directory.path, path), 'PAR1 half-writ');
    await using opened = await openTestLog(directory.path);
    expect(await opened.log.query('SELECT count(*) AS n FROM comparisons')).toEqual([{ n: 120 }]);
    expect(filesUnder(directory.path)).toEqual(expect.arrayContaining(foreign));
  });

  it('loses nothing and doubles nothing after a crash between the file and the commit', async () => {
    using directory = temporaryDirectory();
    await fill(directory.path);
    const database = await DuckDBInstance.create(join(directory.path, 'log.duckdb'));
    const connection = await database.connect();
    const hour = { kind: 'comparisons', model: 'fraud', hourMs: fourOClock } as const;
    const path = 'comparisons/model=fraud/dt=2026-11-23/hr=04/part-test-1.parquet';
    await planFile(connection, { ...hour, path });
    const table = { name: 'hot_comparisons', columns: [] };
    expect(await writePart(connection, table, hour, join(directory.path, 'lake'), path)).toBe(30);
    writeFileSync(join(directory.path, partition, '.part-test-2.parquet.tmp'), 'half');
    connection.closeSync();
    database.closeSync();
    expect(filesUnder(join(directory.path, partition))).toEqual([
      '.part-test-2.parquet.tmp',
      'part-test-1.parquet',
    ]);

    await using opened = await openTestLog(directory.path);
    expect(filesUnder(join(directory.path, partition))).toEqual([]);
    const before = await answers(opened.log);
    expect(before.ids).toEqual([{ ids: 120 }]);
    await opened.log.exportClosedHours();
    expect(await answers(opened.log)).toEqual(before);
  });

  it('is taken over by a new database, where the old one is gone', async () => {
    using directory = temporaryDirectory();
    await fill(directory.path);
    const exported =
      'SELECT model, ts, request_id, seg_country FROM comparisons WHERE hour(ts) < 8 ORDER BY ALL';
    const labels = 'FROM labels ORDER BY seq';
    let before: unknown[];
    {
      await using opened = await openTestLog(directory.path);
      await opened.log.exportClosedHours();
      before = [await opened.log.query(exported), await opened.log.query(labels)];
    }
    rmSync(join(directory.path, 'log.duckdb'));
    const broken = join(directory.path, partition, 'part-test-99.parquet');
    writeFileSync(broken, 'PAR1 half-writ');
    await using opened = await openTestLog(directory.path);
    expect([await opened.log.query(exported), await opened.log.query(labels)]).toEqual(before);
    expect(opened.reports.map((report) => report.level)).toEqual(['warn', 'info']);
    expect(opened.reports[0]?.message).toContain('part-test-99.parquet of the lake is left out of the log');
    opened.log.append(batchOf({ prefix: 'later' }));
    await opened.log.exportClosedHours();
    expect(filesUnder(join(directory.path, partition))).toContain('part-test-100.parquet');
  });

  it('may be moved, and may lose files to another store', async () => {
    using directory = temporaryDirectory();
    using elsewhere = temporaryDirectory();
    await fill(directory.path);
    {
      await using opened = await openTestLog(directory.path);
      await opened.log.exportClosedHours();
    }
    const moved = join(elsewhere.path, "it's here");
    mkdirSync(moved);
    for (const entry of ['log.duckdb', 'lake']) renameSync(join(directory.path, entry), join(moved, entry));
    const count = 'SELECT count(*) AS n FROM comparisons';
    {
      await using opened = await openTestLog(moved);
      expect(await opened.log.query(count)).toEqual([{ n: 120 }]);
    }
    rmSync(join(moved, partition), { recursive: true });
    await using opened = await openTestLog(moved);
    expect(await opened.log.query(count)).toEqual([{ n: 90 }]);
    expect(opened.reports.map((report) => report.message)).toEqual([
      expect.stringMatching(
        /^1 exported Parquet files are not under .* any more; queries go on without them\.$/,
      ),
    ]);
  });
});
