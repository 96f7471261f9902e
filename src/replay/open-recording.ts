import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { sentenceOf } from '../errors.ts';
import { openJsonRecording } from './json-recording.ts';
import { type LogRecordingOptions, openLogRecording } from './log-recording.ts';
import { openParquetRecording } from './parquet-recording.ts';
import type { Recording } from './recording.ts';

/**
 * JSON lines, Parquet, or a directory with a log, told by the name.
 *
 * @throws with a sentence where it cannot be read as any of them
 */
export async function openRecording(path: string, options: LogRecordingOptions): Promise<Recording> {
  const found = await stat(path).catch((cause) => {
    throw new Error(`${path} cannot be read: ${sentenceOf(cause)}`, { cause });
  });
  if (found.isDirectory()) return openLogRecording(path, options);
  switch (extname(path).toLowerCase()) {
    case '.jsonl':
    case '.ndjson':
    case '.json':
      return openJsonRecording(path);
    case '.parquet':
      return openParquetRecording(path, options);
    default:
      throw new Error(
        `the form of ${path} is not known from its name; it must end in .jsonl or .parquet, or be the data directory of a server`,
      );
  }
}
