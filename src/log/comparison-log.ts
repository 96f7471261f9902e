import type { MessagePort } from 'node:worker_threads';
import type { ComparisonBatch } from './comparison-batch.ts';
import type { Label } from './label.ts';
import type { TrafficCount } from './traffic-count.ts';

export type SqlValue = string | number | boolean | null;
export type Row = Record<string, SqlValue | SqlValue[]>;

/** Runs one read-only SQL statement over the log's views (`comparisons`, `labels`, `traffic`); BIGINTs come as numbers. */
export type Query = (sql: string, parameters?: Readonly<Record<string, SqlValue>>) => Promise<Row[]>;

/**
 * The comparison log as the other threads see it. DuckDB lives on a thread of its own behind this interface;
 * what is offered here never waits for it except where durability is promised.
 */
export interface ComparisonLog extends AsyncDisposable {
  /** A port for a shadow worker (transfer it): every message posted on it is a `ComparisonBatch`. */
  openAppendPort(): MessagePort;
  append(batch: ComparisonBatch): void;
  countTraffic(counts: readonly TrafficCount[]): void;
  /** Resolves with the number kept, once they are durable. */
  putLabels(model: string, labels: readonly Label[]): Promise<number>;
  query: Query;
  /** A port for the analysis thread (transfer it): speaks the protocol of `log/query-port.ts`. */
  openQueryPort(): MessagePort;
  /** Makes everything received so far durable. */
  flush(): Promise<void>;
  /** Exports every closed hour to Parquet now, not at the next tick. */
  exportClosedHours(): Promise<{ readonly files: number; readonly rows: number }>;
  close(): Promise<void>;
}
