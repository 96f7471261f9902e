import type { DuckDBConnection } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import type { Exclusive } from '../exclusive.ts';
import type { ComparisonBatch } from './comparison-batch.ts';
import { batchDefect, ComparisonBuffer } from './comparison-buffer.ts';
import { flushRows } from './flush-rows.ts';
import type { Report } from './log-message.ts';
import type { LogTables } from './log-tables.ts';
import { ResourceBuffer } from './resource-buffer.ts';
import type { ResourceRow } from './resource-row.ts';
import { SegmentColumns } from './segment-columns.ts';
import { TrafficBuffer, trafficKeysPerFlush } from './traffic-buffer.ts';
import type { TrafficCount } from './traffic-count.ts';

const rowsPerFlush = 20_000;
/** One transaction's worth, so that a long backlog is not one long commit. */
const rowsPerTransaction = 50_000;
const firstRetryMs = 1_000;
const lastRetryMs = 60_000;
const dropReportIntervalMs = 60_000;

/** Buffers what arrives and writes it: at every interval, earlier when there is much. */
export class LogWriter {
  readonly #connection: DuckDBConnection;
  readonly #tables: LogTables;
  readonly #exclusive: Exclusive;
  readonly #report: Report;
  readonly #segments: SegmentColumns;
  readonly #buffer: ComparisonBuffer;
  readonly #traffic = new TrafficBuffer();
  readonly #resources = new ResourceBuffer();
  readonly #timer: NodeJS.Timeout;
  #flushing: Promise<void> | null = null;
  #consecutiveFailures = 0;
  #retryAtMs = 0;
  #dropsReportedAtMs = Number.NEGATIVE_INFINITY;
  #trafficUnderWay = 0;
  #writtenRows = 0;
  #refusedRows = 0;
  #failedFlushes = 0;

  constructor(
    connection: DuckDBConnection,
    tables: LogTables,
    exclusive: Exclusive,
    report: Report,
    options: { readonly flushIntervalMs: number; readonly bufferLimitRows: number },
  ) {
    this.#connection = connection;
    this.#tables = tables;
    this.#exclusive = exclusive;
    this.#report = report;
    this.#segments = new SegmentColumns(report);
    this.#buffer = new ComparisonBuffer(options.bufferLimitRows);
    this.#timer = setInterval(() => this.#flushSoon(), options.flushIntervalMs);
  }

  get statistics() {
    return {
      bufferedRows: this.#buffer.rows,
      writtenRows: this.#writtenRows,
      droppedRows: this.#buffer.droppedRows,
      refusedRows: this.#refusedRows,
      bufferedTraffic: this.#traffic.size + this.#trafficUnderWay,
      droppedTraffic: this.#traffic.dropped,
      droppedResources: this.#resources.dropped,
      failedFlushes: this.#failedFlushes,
    };
  }

  /** Whether the rows were taken in. */
  append(batch: ComparisonBatch): boolean {
    const defect = batchDefect(batch);
    if (defect !== null) {
      this.#refusedRows += batch.eventId.length;
      this.#report(
        'error',
        { model: batch.origin.model, rows: batch.eventId.length },
        `A batch of compared rows is not logged: ${defect}.`,
      );
      return false;
    }
    const taken = this.#buffer.add(batch);
    if (!taken) this.#reportDrops();
    if (this.#buffer.rows >= rowsPerFlush) this.#flushSoon();
    return taken;
  }

  countTraffic(counts: readonly TrafficCount[]): void {
    for (const count of counts) this.#traffic.add(count);
    if (this.#traffic.size >= trafficKeysPerFlush) this.#flushSoon();
  }

  recordResources(rows: readonly ResourceRow[]): void {
    this.#resources.add(rows);
  }

  /** Writes all that is buffered now; rejects with what kept it from that. */
  async flush(): Promise<void> {
    await this.#flushOnce();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #flushSoon(): void {
    if (this.#flushing !== null || performance.now() < this.#retryAtMs) return;
    this.#flushOnce().catch((error) => {
      this.#report(
        'error',
        { bufferedRows: this.#buffer.rows, consecutiveFailures: this.#consecutiveFailures },
        `The comparison log cannot write, keeps the rows and tries again: ${sentenceOf(error)}`,
      );
    });
  }

  async #flushOnce(): Promise<void> {
    const flushing = this.#exclusive(() => this.#writeBuffered());
    this.#flushing = flushing;
    try {
      await flushing;
      this.#consecutiveFailures = 0;
      this.#retryAtMs = 0;
    } catch (error) {
      this.#failedFlushes++;
      const delayMs = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#consecutiveFailures++);
      this.#retryAtMs = performance.now() + delayMs;
      throw error;
    } finally {
      if (this.#flushing === flushing) this.#flushing = null;
    }
  }

  async #writeBuffered(): Promise<void> {
    let rowsDue = this.#buffer.rows;
    if (rowsDue === 0 && this.#traffic.size === 0 && this.#resources.size === 0) return;
    do {
      const portion = this.#buffer.oldest(rowsPerTransaction);
      const traffic = this.#traffic.take();
      const resources = this.#resources.take();
      this.#trafficUnderWay = traffic.entries.size;
      try {
        await flushRows(this.#connection, this.#tables, this.#segments, portion.batches, traffic, resources);
      } catch (error) {
        this.#traffic.restore(traffic);
        this.#resources.restore(resources);
        throw error;
      } finally {
        this.#trafficUnderWay = 0;
      }
      this.#buffer.discard(portion);
      this.#writtenRows += portion.rows;
      rowsDue -= portion.rows;
    } while (rowsDue > 0);
  }

  #reportDrops(): void {
    const nowMs = performance.now();
    if (nowMs - this.#dropsReportedAtMs < dropReportIntervalMs) return;
    this.#dropsReportedAtMs = nowMs;
    this.#report(
      'warn',
      { droppedRows: this.#buffer.droppedRows, bufferedRows: this.#buffer.rows },
      'The buffer of the comparison log is full, so compared rows are dropped: they arrive faster than the disk takes them.',
    );
  }
}
