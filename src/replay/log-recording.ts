import { basename, resolve } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import type { Label } from '../log/label.ts';
import { openStoredLog } from '../log/stored-log.ts';
import { capturedRecording } from './captured-recording.ts';
import { rowsOf } from './duckdb-reader.ts';
import type { Recording } from './recording.ts';

export interface LogRecordingOptions {
  readonly model: string;
  readonly derived: ReadonlySet<string>;
  /** Told what a reader should know of the log. */
  readonly tell: (sentence: string) => void;
  /** Told of each file that should be in it and is not. */
  readonly tellLeftOut: (sentence: string) => void;
}

/** The traffic of a log, hot rows and lake, with the labels it knows. */
export async function openLogRecording(
  directory: string,
  { model, derived, tell, tellLeftOut }: LogRecordingOptions,
): Promise<Recording> {
  const name = basename(resolve(directory));
  await using log = await openStoredLog([directory]);
  for (const sentence of log.remarks) tell(sentence);
  for (const sentence of log.leftOut) tellLeftOut(sentence);
  const described = await log.query('SELECT column_name, column_type FROM (DESCRIBE comparisons)');
  return capturedRecording({
    ...{ name, model, derived, bytes: log.bytes },
    columns: described.map((row) => ({ name: String(row.column_name), type: String(row.column_type) })),
    open: () => openStoredLog([directory]),
    async *labels() {
      await using reading = await openStoredLog([directory]);
      const sql =
        'SELECT request_id, "row", label, value, epoch_ms(label_ts) FROM latest_labels WHERE model = $model';
      for await (const rows of rowsOf(reading.connection, sql, { model })) yield rows.map(labelOf);
    },
  });
}

function labelOf([id, row, label, value, time]: readonly DuckDBValue[]): Label {
  return {
    requestId: String(id),
    row: Number(row),
    label: label === null || label === undefined ? null : String(label),
    value: typeof value === 'number' ? value : null,
    timestampMs: Number(time),
    source: 'file',
  };
}
