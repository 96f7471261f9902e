import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Query } from '../../src/log/comparison-log.ts';
import { queryOf } from './duckdb-query.ts';
import type { TestServer } from './test-server.ts';

/** Closes the server and opens its log as another program would: a DuckDB of its own, for reading only. */
export async function closeAndOpenLog(server: TestServer): Promise<{ readonly query: Query } & Disposable> {
  await server.server.close();
  return openLogFile(join(server.directory, 'data', 'log.duckdb'));
}

export async function openLogFile(path: string): Promise<{ readonly query: Query } & Disposable> {
  const database = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
  const connection = await database.connect();
  return {
    query: queryOf(connection),
    [Symbol.dispose]() {
      connection.closeSync();
      database.closeSync();
    },
  };
}
