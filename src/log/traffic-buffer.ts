import type { DuckDBValue } from '@duckdb/node-api';
import { chunkRows } from './append-chunks.ts';
import { timestampOf } from './comparison-columns.ts';
import type { HotTable } from './hot-table.ts';
import { trafficSumColumns } from './traffic-columns.ts';
import { dropReasons, type TrafficCount } from './traffic-count.ts';

interface Entry {
  readonly count: TrafficCount;
  /** In the order of `trafficSumColumns`. */
  readonly sums: readonly number[];
}

/** Keys held before a flush is due, and the most there may be while flushes fail. */
export const trafficKeysPerFlush = 10_000;
const maxTrafficKeys = 100_000;

/** Traffic counts that are not durable yet, summed by key. */
export class TrafficBuffer {
  #entries = new Map<string, Entry>();
  /** Counts for which there was no room, or that held no usable number. */
  dropped = 0;

  get size(): number {
    return this.#entries.size;
  }

  add(count: TrafficCount): void {
    this.#add(keyOf(count), { count, sums: sumsOf(count) });
  }

  /** Everything held; what cannot be written is given back with `restore`. */
  take(): TakenTraffic {
    const taken = new TakenTraffic(this.#entries);
    this.#entries = new Map();
    return taken;
  }

  restore(taken: TakenTraffic): void {
    for (const [key, entry] of taken.entries) this.#add(key, entry);
  }

  #add(key: string, entry: Entry): void {
    const held = this.#entries.get(key);
    const usable = Number.isFinite(entry.count.hourMs) && entry.sums.every(Number.isFinite);
    if (!usable || (held === undefined && this.#entries.size >= maxTrafficKeys)) {
      this.dropped++;
    } else {
      const sums = entry.sums.map((sum, index) => sum + (held?.sums[index] ?? 0));
      this.#entries.set(key, { count: entry.count, sums });
    }
  }
}

export class TakenTraffic {
  readonly entries: ReadonlyMap<string, Entry>;

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.entries = entries;
  }

  *segments(): Generator<string> {
    for (const { count } of this.entries.values()) yield* Object.keys(count.segments);
  }

  *chunks(table: HotTable): Generator<DuckDBValue[][]> {
    const entries = [...this.entries.values()];
    for (let from = 0; from < entries.length; from += chunkRows) {
      const rows = entries.slice(from, from + chunkRows).map(valuesByColumn);
      yield table.columns.map(({ name }) => rows.map((row) => row.get(name) ?? null));
    }
  }
}

function keyOf(count: TrafficCount): string {
  const segments = Object.entries(count.segments).sort(([a], [b]) => (a < b ? -1 : 1));
  const { model, primaryVersion, shadowVersion, role, hourMs } = count;
  return JSON.stringify([model, primaryVersion, shadowVersion, role, hourMs, segments]);
}

function sumsOf(count: TrafficCount): number[] {
  const dropped = dropReasons.map((reason) => count.droppedRows[reason] ?? 0);
  return [count.requests, count.rows, count.sampledRows, count.primaryErrorRows, ...dropped];
}

function valuesByColumn({ count, sums }: Entry): Map<string, DuckDBValue> {
  const values = new Map<string, DuckDBValue>([
    ['hour', timestampOf(count.hourMs)],
    ['model', count.model],
    ['primary_version', count.primaryVersion],
    ['shadow_version', count.shadowVersion],
    ['role', count.role],
  ]);
  trafficSumColumns.forEach(({ name }, index) => {
    values.set(name, BigInt(Math.round(sums[index] ?? 0)));
  });
  for (const [segment, value] of Object.entries(count.segments)) values.set(`seg_${segment}`, value);
  return values;
}
