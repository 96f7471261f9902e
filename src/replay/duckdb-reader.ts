import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';

/** A DuckDB in memory that reads Parquet; what does not fit spills into the system's folder for temporary files. */
export async function openDuckDb(): Promise<{ readonly connection: DuckDBConnection } & AsyncDisposable> {
  const instance = await DuckDBInstance.create(':memory:', {
    // The models want the other cores.
    threads: '1',
    memory_limit: '1GiB',
    temp_directory: join(tmpdir(), `understudy-replay-${process.pid}`),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  return {
    connection,
    async [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The rows of an answer, a chunk at a time. */
export async function* rowsOf(
  connection: DuckDBConnection,
  sql: string,
  parameters: Readonly<Record<string, string>> = {},
): AsyncGenerator<readonly (readonly DuckDBValue[])[]> {
  const result = await connection.stream(sql, { ...parameters });
  for await (const chunk of result) yield chunk.getRows();
}
