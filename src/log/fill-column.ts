import {
  BOOLEAN,
  DOUBLE,
  type DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  VARCHAR,
} from '@duckdb/node-api';
import duckdb, { type Value } from '@duckdb/node-bindings';

/**
 * Fills a column of a chunk. Most columns of most chunks hold the same value in every row (names, versions, nothing at
 * all): such a column becomes a constant vector, which is one call instead of one for each row.
 */
export function fillColumn(
  chunk: DuckDBDataChunk,
  index: number,
  type: DuckDBType,
  values: readonly DuckDBValue[],
): void {
  const constant = isUniform(values) ? constantOf(type, values[0] ?? null) : null;
  if (constant === null) chunk.setColumnValues(index, values);
  else duckdb.vector_reference_value(duckdb.data_chunk_get_vector(chunk.chunk, index), constant);
}

function isUniform(values: readonly DuckDBValue[]): boolean {
  const first = values[0] ?? null;
  for (const value of values) if ((value ?? null) !== first) return false;
  return values.length > 0;
}

/** Null for what cannot be one. */
function constantOf(type: DuckDBType, value: DuckDBValue): Value | null {
  if (value === null) return duckdb.create_null_value();
  if (type === VARCHAR && typeof value === 'string') return duckdb.create_varchar(value);
  if (type === INTEGER && typeof value === 'number') return duckdb.create_int32(value);
  if (type === DOUBLE && typeof value === 'number') return duckdb.create_double(value);
  if (type === BOOLEAN && typeof value === 'boolean') return duckdb.create_bool(value);
  return null;
}
