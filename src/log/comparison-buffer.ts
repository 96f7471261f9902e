import type { ComparisonBatch } from './comparison-batch.ts';
import { comparisonColumns } from './comparison-columns.ts';

const maxBytes = 256 * 1024 * 1024;
/** What a row weighs without its long texts, roughly: ids, labels and some forty numbers. */
const rowBytes = 600;
const maxTimestampMs = 8.64e15;

export interface Portion {
  readonly batches: readonly ComparisonBatch[];
  readonly rows: number;
}

/** Batches that are received and not durable yet. Bounded in rows and bytes: beyond, new rows are dropped and counted. */
export class ComparisonBuffer {
  readonly #limitRows: number;
  #batches: ComparisonBatch[] = [];
  #bytes = 0;
  rows = 0;
  droppedRows = 0;

  constructor(limitRows: number) {
    this.#limitRows = limitRows;
  }

  /** False where there was no room. */
  add(batch: ComparisonBatch): boolean {
    const rows = batch.eventId.length;
    const bytes = bytesOf(batch);
    if (this.rows + rows > this.#limitRows || this.#bytes + bytes > maxBytes) {
      this.droppedRows += rows;
      return false;
    }
    this.#batches.push(batch);
    this.rows += rows;
    this.#bytes += bytes;
    return true;
  }

  /** The oldest batches, at least one, with at most `maxRows` rows beyond it. They stay until discarded. */
  oldest(maxRows: number): Portion {
    let rows = 0;
    let count = 0;
    for (const batch of this.#batches) {
      if (count > 0 && rows + batch.eventId.length > maxRows) break;
      rows += batch.eventId.length;
      count++;
    }
    return { batches: this.#batches.slice(0, count), rows };
  }

  discard(portion: Portion): void {
    this.#batches = this.#batches.slice(portion.batches.length);
    this.rows -= portion.rows;
    for (const batch of portion.batches) this.#bytes -= bytesOf(batch);
  }
}

function bytesOf(batch: ComparisonBatch): number {
  let bytes = batch.eventId.length * rowBytes;
  const { features, primary, shadow } = batch;
  for (const texts of [features, primary.probabilities, shadow.probabilities, primary.items, shadow.items]) {
    if (texts === undefined) continue;
    for (const text of texts) bytes += text?.length ?? 0;
  }
  return bytes;
}

/** What keeps a batch from being appended, or null: one such batch must not block those behind it. */
export function batchDefect(batch: ComparisonBatch): string | null {
  const rows = batch.eventId.length;
  for (const timestampMs of batch.timestampMs) {
    if (!(Math.abs(timestampMs) <= maxTimestampMs)) return `the timestamp ${timestampMs} is no date`;
  }
  for (const row of batch.row) {
    if (!Number.isInteger(row) || row < 0 || row > 0x7fffffff) return `the row index ${row} is not usable`;
  }
  for (const column of comparisonColumns) {
    const values = column.read(batch);
    if (!('everyRow' in values) && values.length !== rows) {
      return `column ${column.name} has ${values.length} values for ${rows} rows`;
    }
  }
  for (const [segment, values] of Object.entries(batch.segments)) {
    if (values.length !== rows) return `segment ${segment} has ${values.length} values for ${rows} rows`;
  }
  return null;
}
