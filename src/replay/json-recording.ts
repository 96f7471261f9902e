import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { readLines } from './read-lines.ts';
import { readRecordedLine } from './recorded-line.ts';
import { placeAsId, type RecordedEntry, type Recording } from './recording.ts';

/** As much as a server takes by default. */
const longestLine = 64 * 1024 * 1024;

/** JSON lines: each the body of a request, with a `label` if it is known. */
export async function openJsonRecording(path: string): Promise<Recording> {
  const { size } = await stat(path);
  const name = basename(path);
  const entryOf = (number: number, bytes: Buffer | null): RecordedEntry => {
    if (bytes === null) {
      return { number, refusal: `it is longer than ${longestLine} bytes, the most that a request may have` };
    }
    const id = placeAsId(name, number);
    try {
      const context = { id, entity: null, segments: null, timestampMs: null };
      return { number, context, ...readRecordedLine(bytes, id) };
    } catch (error) {
      if (!(error instanceof UnderstudyError)) throw error;
      return { number, refusal: sentenceOf(error) };
    }
  };
  return {
    name,
    unit: 'Line',
    bytes: size,
    labels: null,
    async *read() {
      for await (const { lines, bytesRead } of readLines(path, longestLine)) {
        const progress = size === 0 ? 1 : Math.min(1, bytesRead / size);
        yield { entries: lines.map(({ number, bytes }) => entryOf(number, bytes)), progress };
      }
    },
  };
}
