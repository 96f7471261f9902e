import { MessageChannel } from 'node:worker_threads';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import type { Query } from '../../src/log/comparison-log.ts';
import { readerOver, serveQueries } from '../../src/log/query-port.ts';
import { QueryRunner } from '../../src/log/run-query.ts';
import { openTestLog, temporaryDirectory } from './open-test-log.ts';
import { batchOf } from './sample-records.ts';

describe('a query', () => {
  it('brings numbers, texts, times and lists in plain form', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const rows = await opened.log.query(
      `SELECT 1::BIGINT AS big, sum(2::BIGINT) AS huge, 1.5::DECIMAL(4,2) AS decimal, 0.1::DOUBLE AS double,
         'NaN'::DOUBLE AS nan, TIMESTAMP '2026-11-23 04:05:06.789123' AS ts, TIMESTAMPTZ '2026-11-23 04:00:00+01' AS tz,
         DATE '2026-11-23' AS date, [1, NULL, 3] AS list, quantile_cont(0.5, [0.5]) AS quantiles, true AS yes, NULL AS nothing`,
    );
    expect(rows).toEqual([
      {
        big: 1,
        huge: 2,
        decimal: 1.5,
        double: 0.1,
        nan: Number.NaN,
        ts: '2026-11-23T04:05:06.789Z',
        tz: '2026-11-23T03:00:00.000Z',
        date: '2026-11-23',
        list: [1, null, 3],
        quantiles: [0.5],
        yes: true,
        nothing: null,
      },
    ]);
  });

  it('takes named parameters of every kind', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    opened.log.append(batchOf({ rows: 5 }));
    await opened.log.flush();
    const rows = await opened.log.query(
      `SELECT count(*) AS n, epoch_ms($from)::VARCHAR AS moment, $text AS text, $flag AS flag, $nothing IS NULL AS none
       FROM (SELECT * FROM comparisons WHERE ts >= epoch_ms($from) AND ts < $to AND pi < $pi LIMIT $limit)`,
      {
        from: Date.UTC(2026, 10, 23),
        to: '2026-11-24T00:00:00Z',
        pi: 0.5,
        limit: 3,
        text: "O'Hara",
        flag: true,
        nothing: null,
      },
    );
    expect(rows).toEqual([{ n: 3, moment: '2026-11-23 00:00:00', text: "O'Hara", flag: true, none: true }]);
  });

  it('is refused unless it is one statement that only reads', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const ask = opened.log.query;
    for (const sql of [
      'DROP TABLE hot_comparisons',
      "INSERT INTO hot_labels (model) VALUES ('x')",
      `COPY hot_labels TO '${directory.path}/labels.csv'`,
      'CHECKPOINT',
      "SET memory_limit = '10GB'",
    ]) {
      await expect(ask(sql), sql).rejects.toThrow(/The log answers SELECT, WITH … SELECT and FROM only/);
    }
    await expect(ask('SELECT 1; DROP TABLE hot_labels')).rejects.toThrow(
      'The log answers one statement at a time, but the SQL holds 2.',
    );
    await expect(ask("FROM read_csv('/etc/passwd')")).rejects.toThrow('file system operations are disabled');
    await expect(ask('SELECT $a', { b: 1 })).rejects.toThrow(
      'The SQL has the parameters "a", but given were "b".',
    );
    expect(await ask('FROM labels')).toEqual([]);
    expect(await ask('WITH one AS (SELECT 1 AS x) FROM one')).toEqual([{ x: 1 }]);
  });

  it('is refused where its result holds what a row does not carry', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    await expect(opened.log.query("SELECT {'a': 1} AS pair")).rejects.toThrow(
      'The result’s column pair is of a type that rows do not carry',
    );
  });

  it('leaves room for rows and labels while it runs, and for queries beside it', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const long = opened.log.query('SELECT sum(hash(a.range) % 7) AS s FROM range(30000000) a');
    let finished = false;
    const done = long.then(() => {
      finished = true;
    });
    opened.log.append(batchOf({ rows: 100 }));
    await opened.log.flush();
    const label = { requestId: 'r0', row: 0, label: '1', value: null, timestampMs: null, source: 'http' };
    expect(await opened.log.putLabels('fraud', [label])).toBe(1);
    expect(await opened.log.query('SELECT count(*) AS n FROM comparisons')).toEqual([{ n: 100 }]);
    expect(finished).toBe(false);
    await done;
  });

  it('is broken off when the log is closed', async () => {
    using directory = temporaryDirectory();
    const { log } = await openTestLog(directory.path);
    const queries = Array.from({ length: 6 }, () =>
      log.query('SELECT sum(hash(a.range) % 7) AS s FROM range(1000000000) a').then(
        () => 'answered',
        () => 'refused',
      ),
    );
    await log.flush();
    await log.close();
    expect(await Promise.all(queries)).toEqual(Array.from({ length: 6 }, () => 'refused'));
  });
});

describe('a query over a port', () => {
  it('is answered as if it were asked directly, errors with their sentence and code', async () => {
    const { port1, port2 } = new MessageChannel();
    const answering: Query = async (sql, parameters) => {
      if (sql === 'bad') throw new UnderstudyError('INVALID_QUERY', 'It is bad.');
      if (sql === 'broken') throw new Error('It is broken.');
      return [{ sql, ...parameters }];
    };
    serveQueries(port1, { query: answering, openSession: () => Promise.reject(new Error('There is none.')) });
    const { query } = readerOver(port2);
    expect(await Promise.all([query('a', { x: 1 }), query('b')])).toEqual([
      [{ sql: 'a', x: 1 }],
      [{ sql: 'b' }],
    ]);
    await expect(query('bad')).rejects.toMatchObject({ code: 'INVALID_QUERY', message: 'It is bad.' });
    await expect(query('broken')).rejects.toThrow('It is broken.');
    port1.close();
    await expect(query('c')).rejects.toThrow('The comparison log is closed');
    await expect(query('d')).rejects.toThrow('The comparison log is closed');
  });

  it('reads the log from a port that was transferred', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const { query } = readerOver(opened.log.openQueryPort());
    expect(await query('SELECT $x AS x', { x: 2 })).toEqual([{ x: 2 }]);
    await expect(query('SELEC')).rejects.toThrow('Parser Error');
  });
});

describe('a session of queries over a port', () => {
  it('keeps an answer for its own later queries, sees one state, and leaves nothing behind', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const { log } = opened;
    const reader = readerOver(log.openQueryPort());
    {
      await using session = await reader.openSession();
      await session.keep('kept', 'SELECT $x + range AS x FROM range(3)', { x: 5 });
      log.append(batchOf({ rows: 3 }));
      await log.flush();
      const [both, other] = await Promise.all([
        session.query('SELECT sum(x) AS sum, (SELECT count(*) FROM comparisons) AS n FROM kept'),
        reader.query('SELECT count(*) AS n FROM comparisons'),
      ]);
      expect(both).toEqual([{ sum: 18, n: 0 }]);
      expect(Number(other?.[0]?.n)).toBeGreaterThan(0);
      await expect(reader.query('FROM kept')).rejects.toThrow('kept');
      await expect(session.keep('comparisons_too', 'DELETE FROM hot_comparisons')).rejects.toThrow();
    }
    await using next = await reader.openSession();
    await next.keep('kept', 'SELECT 1 AS x');
    expect(await next.query('FROM kept')).toEqual([{ x: 1 }]);
  });

  it('ends with the port, so that a log can be closed while one is open', async () => {
    using directory = temporaryDirectory();
    await using opened = await openTestLog(directory.path);
    const port = opened.log.openQueryPort();
    const session = await readerOver(port).openSession();
    await session.keep('kept', 'SELECT 1 AS x');
    port.close();
    await session[Symbol.asyncDispose]();
    await opened.log.close();
  });
});

describe('a query that does not fit into the memory of the log', () => {
  it('is refused with what would fit, and the next one is answered', async () => {
    const database = await DuckDBInstance.create(':memory:', {
      ...{ threads: '1', memory_limit: '16MiB', temp_directory: '' },
    });
    const queries = new QueryRunner(database);
    const large = 'SELECT range AS x, hash(range) AS y FROM range(5000000)';
    {
      await using session = await queries.openSession();
      await expect(session.keep('kept', large)).rejects.toMatchObject({
        code: 'QUERY_TOO_LARGE',
        message: expect.stringContaining('shorter time'),
      });
    }
    expect(await queries.query('SELECT 1 AS x')).toEqual([{ x: 1 }]);
    await queries.close();
    database.closeSync();
  });
});
