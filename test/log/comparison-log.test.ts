import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openTestLog, temporaryDirectory, until } from './open-test-log.ts';
import { batchOf, fourOClock, hourMs, trafficOf } from './sample-records.ts';

describe('the comparison log', () => {
  it('gives back every field of what was appended', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    opened.log.append({
      ...batchOf({ segments: { country: ['DE'] }, timestampMs: fourOClock + 1234.5 }),
      entityHash: ['e1'],
      cosine: [0.75],
      inputHash: ['0123456789abcdef'],
      features: ['[1,2]'],
      agree: [null],
    });
    await opened.log.flush();
    expect(await opened.log.query('FROM comparisons')).toEqual([
      {
        schema_version: 1,
        event_id: 'event-r0',
        request_id: 'r0',
        row: 0,
        entity_hash: 'e1',
        ts: '2026-11-23T04:00:01.234Z',
        model: 'fraud',
        primary_version: '7',
        shadow_version: '8',
        role: 'shadow',
        primary_sha256: 'a'.repeat(64),
        shadow_sha256: 'b'.repeat(64),
        pi: 0.25,
        sample_salt: 'salt',
        task: 'classification',
        p_status: 'ok',
        p_error_code: null,
        p_label: '1',
        p_value: null,
        p_confidence: 0.875,
        p_probabilities: '[["1",0.875],["0",0.125]]',
        p_items: null,
        p_queue_us: 12,
        p_compute_us: 345.5,
        p_cpu_us: 300,
        s_status: 'ok',
        s_error_code: null,
        s_label: '0',
        s_value: null,
        s_confidence: 0.875,
        s_probabilities: '[["1",0.875],["0",0.125]]',
        s_items: null,
        s_queue_us: 12,
        s_compute_us: 345.5,
        s_cpu_us: 300,
        agree: null,
        abs_diff: 0.5,
        cosine: 0.75,
        overlap: null,
        input_hash: '0123456789abcdef',
        features: '[1,2]',
        seg_country: 'DE',
      },
    ]);
  });

  it('keeps the items of rankings, beside rows that have none', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const ranked = batchOf({ model: 'shop', rows: 2, prefix: 's' });
    opened.log.append(batchOf({ rows: 1 }));
    opened.log.append({
      ...ranked,
      overlap: [0.5, null],
      primary: { ...ranked.primary, items: ['["a","b"]', '[]'] },
      shadow: { ...ranked.shadow, items: ['["b","c"]', null] },
    });
    await opened.log.flush();
    const sql = 'SELECT request_id, overlap, p_items, s_items FROM comparisons ORDER BY request_id';
    expect(await opened.log.query(sql)).toEqual([
      { request_id: 'r0', overlap: null, p_items: null, s_items: null },
      { request_id: 's0', overlap: 0.5, p_items: '["a","b"]', s_items: '["b","c"]' },
      { request_id: 's1', overlap: null, p_items: '[]', s_items: null },
    ]);
  });

  it('keeps batches of any size, whole and in order', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    for (const rows of [1, 2047, 2, 5000, 0, 2048]) opened.log.append(batchOf({ rows, prefix: `b${rows}-` }));
    await opened.log.flush();
    const rows = await opened.log.query(
      `SELECT split_part(request_id, '-', 1) AS batch, count(*) AS n, count(DISTINCT request_id) AS ids,
         count(*) FILTER (NOT agree) AS differ
       FROM comparisons GROUP BY batch ORDER BY n`,
    );
    expect(rows).toEqual([
      { batch: 'b1', n: 1, ids: 1, differ: 0 },
      { batch: 'b2', n: 2, ids: 2, differ: 0 },
      { batch: 'b2047', n: 2047, ids: 2047, differ: 204 },
      { batch: 'b2048', n: 2048, ids: 2048, differ: 204 },
      { batch: 'b5000', n: 5000, ids: 5000, differ: 500 },
    ]);
  });

  it('makes a column of every new segment, and rows without it have null', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    opened.log.append(batchOf({ prefix: 'a' }));
    await opened.log.flush();
    opened.log.append(batchOf({ prefix: 'b', rows: 2, segments: { country: ['DE', null] } }));
    opened.log.append(batchOf({ prefix: 'c', segments: { age_band: ['30-45'] } }));
    await opened.log.flush();
    expect(
      await opened.log.query(
        'SELECT request_id AS id, seg_country, seg_age_band FROM comparisons ORDER BY id',
      ),
    ).toEqual([
      { id: 'a0', seg_country: null, seg_age_band: null },
      { id: 'b0', seg_country: 'DE', seg_age_band: null },
      { id: 'b1', seg_country: null, seg_age_band: null },
      { id: 'c0', seg_country: null, seg_age_band: '30-45' },
    ]);
  });

  it('keeps the row but not the segment where its name is no column name or there are 64 already', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    opened.log.append(batchOf({ segments: { 'x" VARCHAR); DROP TABLE hot_labels; --': ['1'] } }));
    for (let index = 0; index < 66; index++) {
      opened.log.append(batchOf({ segments: { [`column_${index}`]: ['1'] } }));
    }
    await opened.log.flush();
    const columns = await opened.log.query(
      "SELECT count(*) AS n FROM (DESCRIBE comparisons) WHERE starts_with(column_name, 'seg_')",
    );
    expect(columns).toEqual([{ n: 64 }]);
    expect(await opened.log.query('SELECT count(*) AS n FROM comparisons')).toEqual([{ n: 67 }]);
    expect(opened.reports.map((report) => report.message)).toEqual([
      expect.stringContaining('is not logged: its name is not of the form [a-z][a-z0-9_]*'),
      'The segment "column_64" is not logged: there are 64 segment columns already, the most there may be.',
      'The segment "column_65" is not logged: there are 64 segment columns already, the most there may be.',
    ]);
  });

  it('sums traffic of the same key, and keeps other keys apart', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const german = { segments: { country: 'DE' } };
    opened.log.countTraffic([
      trafficOf({ ...german, rows: 3, droppedRows: { queue_full: 2 } }),
      trafficOf(german),
    ]);
    opened.log.countTraffic([trafficOf({ rows: 5, sampledRows: 4, primaryErrorRows: 1 })]);
    await opened.log.flush();
    opened.log.countTraffic([trafficOf({ ...german, rows: 10, droppedRows: { queue_full: 1, breaker: 7 } })]);
    opened.log.countTraffic([trafficOf({ hourMs: fourOClock + hourMs })]);
    await opened.log.flush();
    expect(
      await opened.log.query(
        `SELECT hour, seg_country AS country, sum(n_requests) AS requests, sum(n_all) AS n, sum(n_sampled) AS sampled,
           sum(n_primary_errors) AS errors, sum(n_dropped_queue_full) AS full, sum(n_dropped_breaker) AS breaker,
           sum(n_dropped_deadline + n_dropped_stalled + n_dropped_budget) AS others
         FROM traffic GROUP BY ALL ORDER BY ALL`,
      ),
    ).toEqual([
      row('04', 'DE', { requests: 3, n: 14, full: 3, breaker: 7 }),
      row('04', null, { requests: 1, n: 5, sampled: 4, errors: 1 }),
      row('05', null, { requests: 1, n: 1 }),
    ]);

    function row(hour: string, country: string | null, sums: Record<string, number>) {
      const zeros = { sampled: 0, errors: 0, full: 0, breaker: 0, others: 0 };
      return { hour: `2026-11-23T${hour}:00:00.000Z`, country, ...zeros, ...sums };
    }
  });

  it('writes by itself at every interval', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path, { flushIntervalMs: 20 });
    opened.log.append(batchOf());
    await until(async () => (await opened.log.query('FROM comparisons')).length === 1);
    expect(await opened.log.statistics()).toMatchObject({ writtenRows: 1, bufferedRows: 0 });
  });

  it('writes early when much has come', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    for (let batch = 0; batch < 20; batch++) opened.log.append(batchOf({ rows: 1000, prefix: `${batch}-` }));
    await until(async () => (await opened.log.statistics()).writtenRows === 20_000);
  });

  it('writes early when traffic has come in very many combinations, and counts each', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const counts = Array.from({ length: 10_000 }, (_, user) => trafficOf({ segments: { user: `u${user}` } }));
    opened.log.countTraffic(counts);
    await until(async () => (await opened.log.statistics()).bufferedTraffic === 0);
    expect(await opened.log.query('SELECT count(*) AS n, sum(n_all) AS rows FROM traffic')).toEqual([
      { n: 10_000, rows: 10_000 },
    ]);
  });

  it('takes rows from many threads at once', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path, { flushIntervalMs: 20 });
    const workers = Array.from({ length: 4 }, (_, index) => {
      const port = opened.log.openAppendPort();
      const worker = new Worker(new URL('./append-worker.ts', import.meta.url), {
        workerData: { port, prefix: `w${index}-`, batches: 50, rows: 20 },
        transferList: [port],
      });
      return new Promise((resolve) => worker.once('exit', resolve));
    });
    await Promise.all(workers);
    await opened.log.flush();
    expect(
      await opened.log.query(
        `SELECT split_part(request_id, '-', 1) AS worker, count(DISTINCT request_id) AS n FROM comparisons
         GROUP BY worker ORDER BY worker`,
      ),
    ).toEqual(['w0', 'w1', 'w2', 'w3'].map((worker) => ({ worker, n: 1000 })));
  });

  it('takes in what was posted on a port before the log was closed', async () => {
    using directory = temporaryDirectory();
    const opened = await openTestLog(directory.path);
    const port = opened.log.openAppendPort();
    for (let batch = 0; batch < 100; batch++) port.postMessage(batchOf({ prefix: `${batch}-` }));
    await opened.log.close();
    await using again = await openTestLog(directory.path);
    expect(await again.log.query('SELECT count(*) AS n FROM comparisons')).toEqual([{ n: 100 }]);
  });

  it('drops and counts rows beyond its buffer, and says so once', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path, { bufferLimitRows: 50 });
    for (let batch = 0; batch < 8; batch++) opened.log.append(batchOf({ rows: 10, prefix: `${batch}-` }));
    expect(await opened.log.statistics()).toMatchObject({ bufferedRows: 50, droppedRows: 30 });
    await opened.log.flush();
    opened.log.append(batchOf());
    await opened.log.flush();
    expect(await opened.log.query('SELECT count(*) AS n FROM comparisons')).toEqual([{ n: 51 }]);
    expect(opened.reports).toHaveLength(1);
    expect(opened.reports[0]).toMatchObject({ level: 'warn', message: expect.stringContaining('buffer') });
  });

  it('refuses a batch that is not in order, says why, and goes on', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    opened.log.append({ ...batchOf({ rows: 2 }), pi: [1] });
    opened.log.append({ ...batchOf(), timestampMs: [Number.NaN] });
    opened.log.append({ ...batchOf(), row: [-1] });
    opened.log.append(batchOf({ prefix: 'good' }));
    await opened.log.flush();
    expect(await opened.log.query('SELECT request_id FROM comparisons')).toEqual([{ request_id: 'good0' }]);
    expect(await opened.log.statistics()).toMatchObject({ refusedRows: 4 });
    expect(opened.reports.map((report) => report.message)).toEqual([
      'A batch of compared rows is not logged: column pi has 1 values for 2 rows.',
      'A batch of compared rows is not logged: the timestamp NaN is no date.',
      'A batch of compared rows is not logged: the row index -1 is not usable.',
    ]);
  });

  it('is there after a restart, with its segments', async () => {
    using directory = temporaryDirectory();
    {
      await using opened = await openTestLog(directory.path);
      opened.log.append(batchOf({ segments: { country: ['DE'] } }));
      opened.log.countTraffic([trafficOf({ segments: { country: 'DE' } })]);
    }
    await using again = await openTestLog(directory.path);
    again.log.append(batchOf({ prefix: 'later', segments: { country: ['FR'], age: ['1'] } }));
    await again.log.flush();
    expect(
      await again.log.query('SELECT request_id, seg_country, seg_age FROM comparisons ORDER BY 1'),
    ).toEqual([
      { request_id: 'later0', seg_country: 'FR', seg_age: '1' },
      { request_id: 'r0', seg_country: 'DE', seg_age: null },
    ]);
    expect(await again.log.query('SELECT seg_country, n_all FROM traffic')).toEqual([
      { seg_country: 'DE', n_all: 1 },
    ]);
  });

  it('can be open once in a process', async () => {
    using directory = temporaryDirectory();
    const opened = await openTestLog(directory.path);
    await expect(openTestLog(directory.path)).rejects.toThrow('is open in this process already');
    await opened.log.close();
    await using again = await openTestLog(directory.path);
    expect(await again.log.query('SELECT count(*) AS n FROM comparisons')).toEqual([{ n: 0 }]);
  });

  it('says that it is closed when it is asked afterwards', async () => {
    using directory = temporaryDirectory();
    const { log } = await openTestLog(directory.path);
    await log.close();
    await log.close();
    await expect(log.flush()).rejects.toThrow('The comparison log is closed.');
    await expect(log.query('SELECT 1')).rejects.toThrow('The comparison log is closed');
  });

  it.skipIf(process.platform !== 'linux')('nices its own thread and no other', async () => {
    using directory = temporaryDirectory();
    const before = getPriority();
    await using opened = await openTestLog(directory.path);
    expect((await opened.log.statistics()).niceness).toBe(Math.max(before, 10));
    expect(getPriority()).toBe(before);
  });
});
