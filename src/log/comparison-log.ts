import type { MessagePort } from 'node:worker_threads';
import type { ComparisonBatch } from './comparison-batch.ts';
import type { Label } from './label.ts';
import type { TrafficCount } from './traffic-count.ts';

export type SqlValue = string | number | boolean | null;
export type Row = Record<string, SqlValue | SqlValue[]>;

/**
 * Runs one read-only SQL statement over the log's views: `comparisons`, `labels`, `latest_labels`, `traffic`, `resources`.
 * Parameters are named (`$name`). Integers and decimals come as numbers, timestamps as ISO 8601 ending in `Z`
 * (give them so, too), dates as `2026-11-23`, lists as arrays. What is not flushed yet is not seen.
 */
export type Query = (sql: string, parameters?: Readonly<Record<string, SqlValue>>) => Promise<Row[]>;

/** Queries that all see the same state of the log, one after the other. */
export interface QuerySession extends AsyncDisposable {
  readonly query: Query;
  /** Keeps what a SELECT answers as a table, which later queries of this session read by its name. */
  keep(table: string, sql: string, parameters?: Readonly<Record<string, SqlValue>>): Promise<void>;
}

/** What answers questions of the log. */
export interface LogReader {
  readonly query: Query;
  openSession(): Promise<QuerySession>;
}

/** Counted since the log was opened, unless said otherwise. */
export interface LogStatistics {
  /** Compared rows received and not durable yet. */
  readonly bufferedRows: number;
  readonly writtenRows: number;
  /** Compared rows lost because the buffer was full. */
  readonly droppedRows: number;
  /** Compared rows lost because their batch was not in order: a defect, also reported through the logger. */
  readonly refusedRows: number;
  /** Traffic counts received and not durable yet, one for each combination. */
  readonly bufferedTraffic: number;
  /** Traffic counts lost because writing failed for so long that their buffer was full. */
  readonly droppedTraffic: number;
  /** Rows of what models cost that were lost in the same way. */
  readonly droppedResources: number;
  readonly failedFlushes: number;
  /** Parquet files of all time that queries read. */
  readonly lakeFiles: number;
  /** The nice value of the log's thread; null where the system refused or has none for threads. */
  readonly niceness: number | null;
}

/**
 * The comparison log as the other threads see it. DuckDB lives on a thread of its own behind this interface;
 * what is offered here never waits for it except where durability is promised.
 */
export interface ComparisonLog extends LogReader, AsyncDisposable {
  /** A port for a shadow worker (transfer it): every message posted on it is a `ComparisonBatch`. */
  openAppendPort(): MessagePort;
  append(batch: ComparisonBatch): void;
  /** A port for the resources thread (transfer it): every message posted on it is a `ResourceRow[]`. */
  openResourcePort(): MessagePort;
  countTraffic(counts: readonly TrafficCount[]): void;
  /** Resolves with the number kept, once they are durable. */
  putLabels(model: string, labels: readonly Label[]): Promise<number>;
  /** The same from the bytes of `{"labels": […]}`, which the log's thread parses: `log/labels-body.ts`. */
  putLabelsJson(model: string, body: Uint8Array): Promise<number>;
  /** A port for the analysis thread (transfer it): speaks the protocol of `log/query-port.ts`. */
  openQueryPort(): MessagePort;
  /** Makes everything received so far durable; rejects where it cannot, and keeps the rows for the next try. */
  flush(): Promise<void>;
  /** Exports every closed hour to Parquet now, not at the next tick, without waiting for late rows. */
  exportClosedHours(): Promise<{ readonly files: number; readonly rows: number }>;
  statistics(): Promise<LogStatistics>;
  close(): Promise<void>;
}
