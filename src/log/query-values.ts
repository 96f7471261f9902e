import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBUUIDValue,
  type DuckDBValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { Row, SqlValue } from './comparison-log.ts';

/** A value of a result in the form of `Query`. Throws a sentence for what a row cannot carry. */
export function rowValueOf(value: DuckDBValue, columnName: string): Row[string] {
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map((item) => scalarOf(item, columnName));
  }
  return scalarOf(value, columnName);
}

function scalarOf(value: DuckDBValue, columnName: string): SqlValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return isoOf(value.micros);
  }
  if (value instanceof DuckDBDateValue || value instanceof DuckDBUUIDValue) return value.toString();
  throw new Error(
    `The result’s column ${columnName} is of a type that rows do not carry: ` +
      'select its fields one by one, or make it text with to_json or a cast to VARCHAR.',
  );
}

/** Milliseconds are what JavaScript's dates hold; what is finer than that is cut. */
function isoOf(microseconds: bigint): string {
  return new Date(Number(microseconds / 1000n)).toISOString();
}

/** A parameter with its type: left to itself, DuckDB makes of a large integer a DOUBLE, which few functions take. */
export function boundParameter(value: SqlValue): { readonly value: DuckDBValue; readonly type?: DuckDBType } {
  if (value === null) return { value };
  if (typeof value === 'string') return { value, type: VARCHAR };
  if (typeof value === 'boolean') return { value, type: BOOLEAN };
  return Number.isSafeInteger(value) ? { value: BigInt(value), type: BIGINT } : { value, type: DOUBLE };
}
