import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { LogReader, Query, Row, SqlValue } from '../../src/log/comparison-log.ts';

/** Answers in the form of the comparison log. */
export interface MemoryDatabase extends LogReader, Disposable {
  readonly connection: DuckDBConnection;
}

/** An empty in-memory DuckDB. */
export async function openMemoryDatabase(): Promise<MemoryDatabase> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  return {
    connection,
    query: queryOf(connection),
    async openSession() {
      const own = await instance.connect();
      return {
        query: queryOf(own),
        async keep(table, sql, parameters = {}) {
          await own.run(`CREATE TEMP TABLE ${table} AS ${sql}`, { ...parameters });
        },
        async [Symbol.asyncDispose]() {
          own.closeSync();
        },
      };
    },
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

export function queryOf(connection: DuckDBConnection): Query {
  return async (sql, parameters = {}) => {
    const reader = await connection.runAndReadAll(sql, { ...parameters });
    return reader
      .getRowObjects()
      .map(
        (row): Row =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, columnValue(value)])),
      );
  };
}

function columnValue(value: DuckDBValue): SqlValue | SqlValue[] {
  return value instanceof DuckDBListValue ? value.items.map(sqlValue) : sqlValue(value);
}

function sqlValue(value: DuckDBValue): SqlValue {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof DuckDBTimestampValue) return new Date(Number(value.micros / 1000n)).toISOString();
  throw new TypeError(`A query of a test returned ${String(value)}, which the log's Query has no form for.`);
}
