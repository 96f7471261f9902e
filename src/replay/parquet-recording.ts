import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import { sqlText } from '../log/log-database.ts';
import type { ModelSignature } from '../protocol/signature.ts';
import { capturedRecording, isCaptured } from './captured-recording.ts';
import { openDuckDb, rowsOf } from './duckdb-reader.ts';
import type { LogRecordingOptions } from './log-recording.ts';
import { mapColumns, type ParquetColumn, type ParquetMapping } from './parquet-columns.ts';
import { entryOf, selectionOf } from './parquet-rows.ts';
import type { RecordedPortion, Recording } from './recording.ts';

/** A Parquet file of requests, a row each; or one of a log's own, with the features that it captured. */
export async function openParquetRecording(
  path: string,
  options: Pick<LogRecordingOptions, 'model' | 'derived'>,
): Promise<Recording> {
  const { size } = await stat(path);
  const name = basename(path);
  const relation = `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
  await using database = await openDuckDb();
  const columns = await columnsOf(database.connection, relation, path);
  if (isCaptured(columns)) {
    const open = () => openView(relation);
    return capturedRecording({ ...options, name, bytes: size, labels: null, columns, open });
  }
  return {
    name,
    unit: 'Row',
    bytes: size,
    labels: null,
    async *read(signature) {
      await using reading = await openDuckDb();
      const { connection } = reading;
      const mapping = mappingOf(columns, signature, path);
      const total = await countOf(connection, relation);
      let number = 0;
      for await (const rows of rowsOf(connection, `SELECT ${selectionOf(mapping)} FROM ${relation}`)) {
        const entries = rows.map((values) => entryOf(mapping, values, name, ++number));
        yield { entries, progress: number / total } satisfies RecordedPortion;
      }
    },
  };
}

function mappingOf(
  columns: readonly ParquetColumn[],
  signature: ModelSignature,
  path: string,
): ParquetMapping {
  try {
    return mapColumns(columns, signature);
  } catch (cause) {
    throw new Error(`${path} cannot be replayed: ${sentenceOf(cause)}`, { cause });
  }
}

async function openView(relation: string) {
  const database = await openDuckDb();
  await database.connection.run(`CREATE VIEW comparisons AS SELECT * FROM ${relation}`);
  return database;
}

async function columnsOf(
  connection: DuckDBConnection,
  relation: string,
  path: string,
): Promise<ParquetColumn[]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${relation}`).catch((cause) => {
    throw new Error(`${path} cannot be read: ${sentenceOf(cause).split('\n', 1)[0]}`, { cause });
  });
  return described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
}

async function countOf(connection: DuckDBConnection, relation: string): Promise<number> {
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${relation}`);
  return Number(counted.getRows()[0]?.[0]);
}
