import type { DuckDBInstance } from '@duckdb/node-api';
import { runStepwise } from './run-stepwise.ts';

/**
 * Gives DuckDB threads beside the one that runs a query, so that a query over millions of rows ends sooner. A thread has the name, the
 * priority and the CPUs of the one that creates it, which is whatever thread the first statement runs on after the setting: of libuv's
 * pool, where `connection.run()` runs it, which is as urgent as what is served. So both statements are prepared first, and then
 * stepped here.
 *
 * @param count besides the calling thread
 */
export async function startHelpers(database: DuckDBInstance, count: number): Promise<void> {
  if (count < 1) return;
  const connection = await database.connect();
  try {
    const setting = await connection.prepare(`SET GLOBAL threads TO ${count + 1}`);
    const any = await connection.prepare('SELECT 1');
    setting.start().runTask();
    await runStepwise(any);
    // What is not destroyed keeps the file open until it is collected.
    setting.destroySync();
    any.destroySync();
  } finally {
    connection.closeSync();
  }
}
