import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { LogTables } from '../../src/log/log-tables.ts';
import { sumHotTraffic } from '../../src/log/sum-hot-traffic.ts';

describe('hot traffic', () => {
  it('is summed by key once it has many rows, and its sums stay what they were', async () => {
    const database = await DuckDBInstance.create(':memory:');
    const connection = await database.connect();
    const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
    const tables = await LogTables.open(connection);
    await tables.addSegmentColumns('traffic', ['seg_country']);
    const insert = (rows: number) =>
      connection.run(
        `INSERT INTO hot_traffic BY NAME
         SELECT TIMESTAMP '2026-11-23 04:00:00' AS hour, 'fraud' AS model, '7' AS primary_version, '8' AS shadow_version,
           'shadow' AS role, CASE WHEN range % 3 > 0 THEN 'C' || range % 3 END AS seg_country,
           1 AS n_requests, 2 AS n_all, range % 2 AS n_sampled, 0 AS n_primary_errors, 0 AS n_dropped_queue_full,
           0 AS n_dropped_deadline, 0 AS n_dropped_stalled, 0 AS n_dropped_breaker, range % 5 AS n_dropped_budget
         FROM range(${rows})`,
      );
    const sums = () =>
      ask(
        `SELECT seg_country, sum(n_requests), sum(n_all), sum(n_sampled), sum(n_dropped_budget)
         FROM traffic GROUP BY ALL ORDER BY ALL`,
      );

    await insert(1000);
    await sumHotTraffic(connection, tables.table('traffic'));
    expect(await ask('SELECT count(*)::INTEGER FROM hot_traffic')).toEqual([[1000]]);

    await insert(60_000);
    const before = await sums();
    await sumHotTraffic(connection, tables.table('traffic'));
    expect(await ask('SELECT count(*)::INTEGER FROM hot_traffic')).toEqual([[3]]);
    expect(await sums()).toEqual(before);
    connection.closeSync();
    database.closeSync();
  });
});
