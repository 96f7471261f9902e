import { join } from 'node:path';
import pino from 'pino';

/** Before it is written to the file, as pino's documents advise for speed. */
const bufferBytes = 4096;

/** A log of JSON lines in this folder, written in portions and without waiting. */
export function comparisonLines(folder: string): pino.Logger {
  const destination = join(folder, `comparisons-${process.pid}.jsonl`);
  return pino({ base: null }, pino.destination({ dest: destination, sync: false, minLength: bufferBytes }));
}
