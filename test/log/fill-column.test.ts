import {
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  TIMESTAMP,
  timestampValue,
  VARCHAR,
} from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { chunkRows } from '../../src/log/append-chunks.ts';
import { fillColumn } from '../../src/log/fill-column.ts';

const noon = timestampValue(1_700_000_000_000_000n);
const cases: readonly [DuckDBType, DuckDBValue, DuckDBValue][] = [
  [VARCHAR, 'short', 'a text beyond the twelve bytes that are kept in place'],
  [INTEGER, 7, -7],
  [DOUBLE, 0.25, Number.NaN],
  [BOOLEAN, true, false],
  [TIMESTAMP, noon, timestampValue(0n)],
];

/** What DuckDB has in its table and in a Parquet file after chunks of these columns were appended. */
async function stored(chunks: readonly (readonly DuckDBValue[])[][]): Promise<DuckDBValue[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const columns = cases.map(([type], i) => `c${i} ${type}`);
    await connection.run(`CREATE TABLE t (${columns.join(', ')})`);
    const appender = await connection.createAppender('t');
    for (const columnsOfChunk of chunks) {
      const chunk = DuckDBDataChunk.create(
        cases.map(([type]) => type),
        columnsOfChunk[0]!.length,
      );
      for (const [i, values] of columnsOfChunk.entries()) fillColumn(chunk, i, cases[i]![0], values);
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
    appender.closeSync();
    return (await connection.runAndReadAll('SELECT * FROM t')).getRows();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const rowsOf = (columns: readonly (readonly DuckDBValue[])[]): DuckDBValue[][] =>
  columns[0]!.map((_, row) => columns.map((values) => values[row]!));

it('stores columns of one value, of nothing, and of many as they are, in full chunks and in short ones', async () => {
  const chunksOf = (rows: number) => [
    cases.map(([, value]) => new Array<DuckDBValue>(rows).fill(value)),
    cases.map(() => new Array<DuckDBValue>(rows).fill(null)),
    cases.map(([, one, other]) => Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? one : other))),
    cases.map(([, one]) => Array.from({ length: rows }, (_, i) => (i === rows - 1 ? one : null))),
  ];
  const chunks = [...chunksOf(chunkRows), ...chunksOf(1), ...chunksOf(5)];
  expect(await stored(chunks)).toEqual(chunks.flatMap(rowsOf));
});
