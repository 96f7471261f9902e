import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { sentenceOf } from '../errors.ts';
import { createExclusive, type Exclusive } from '../exclusive.ts';
import type { ComparisonBatch } from './comparison-batch.ts';
import type { LogReader, LogStatistics } from './comparison-log.ts';
import type { Label } from './label.ts';
import { LabelWriter } from './label-writer.ts';
import { Lake } from './lake.ts';
import { openLogDatabase } from './log-database.ts';
import type { LogThreadData, Report } from './log-message.ts';
import { LogTables } from './log-tables.ts';
import { LogWriter } from './log-writer.ts';
import { memoryLimits } from './memory-limits.ts';
import { RaisedMemory } from './raised-memory.ts';
import type { ResourceRow } from './resource-row.ts';
import { QueryRunner } from './run-query.ts';
import type { TrafficCount } from './traffic-count.ts';

/** The comparison log itself, as it runs on the log's thread: everything that holds a DuckDB connection. */
export class LogCore {
  readonly #queries: QueryRunner;
  readonly #database: DuckDBInstance;
  readonly #writing: DuckDBConnection;
  readonly #exclusive: Exclusive;
  readonly #tables: LogTables;
  readonly #writer: LogWriter;
  readonly #labels: LabelWriter;
  readonly #lake: Lake;

  private constructor(
    database: DuckDBInstance,
    writing: DuckDBConnection,
    exclusive: Exclusive,
    tables: LogTables,
    writer: LogWriter,
    labels: LabelWriter,
    lake: Lake,
    memory: RaisedMemory,
  ) {
    this.#database = database;
    this.#writing = writing;
    this.#exclusive = exclusive;
    this.#tables = tables;
    this.#writer = writer;
    this.#labels = labels;
    this.#lake = lake;
    this.#queries = new QueryRunner(database, memory);
  }

  static async open(options: LogThreadData, report: Report): Promise<LogCore> {
    const database = await openLogDatabase(options.directory, options.queryHelpers, report);
    const writing = await database.connect();
    // Everything that writes takes its turn on this, so that no two transactions alter the same things.
    const exclusive = createExclusive();
    const tables = await LogTables.open(writing);
    const memory = new RaisedMemory(database, memoryLimits());
    const lake = await Lake.open({ database, writing, exclusive, tables, report, memory }, options);
    const labels = await LabelWriter.open(writing, tables, exclusive, report);
    const writer = new LogWriter(writing, tables, exclusive, report, options);
    return new LogCore(database, writing, exclusive, tables, writer, labels, lake, memory);
  }

  get reader(): LogReader {
    return this.#queries;
  }

  append(batch: ComparisonBatch): void {
    if (this.#writer.append(batch)) this.#lake.arrivals.noteBatch(batch);
  }

  countTraffic(counts: readonly TrafficCount[]): void {
    this.#writer.countTraffic(counts);
    this.#lake.arrivals.noteTraffic(counts);
  }

  recordResources(rows: readonly ResourceRow[]): void {
    this.#writer.recordResources(rows);
  }

  putLabels(model: string, labels: readonly Label[], nowMs: number): Promise<number> {
    return this.#labels.put(model, labels, nowMs);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  tick(nowMs: number): Promise<void> {
    return this.#lake.tick(nowMs);
  }

  async exportClosedHours(nowMs: number): Promise<{ files: number; rows: number }> {
    await this.#writer.flush();
    return this.#lake.exportClosedHours(nowMs);
  }

  get statistics(): Omit<LogStatistics, 'niceness'> {
    return { ...this.#writer.statistics, lakeFiles: this.#tables.fileCount };
  }

  /** Writes what is buffered and leaves a file without a WAL; rejects where rows are lost with it. */
  async close(): Promise<void> {
    this.#writer.stop();
    await this.#queries.close();
    await this.#lake.close();
    try {
      await this.#writer.flush();
      await this.#exclusive(() => this.#writing.run('CHECKPOINT'));
    } catch (error) {
      const { bufferedRows } = this.#writer.statistics;
      throw new Error(
        `The comparison log closed without ${bufferedRows} compared rows that could not be written: ${sentenceOf(error)}`,
        { cause: error },
      );
    } finally {
      // The file stays locked as long as one connection is open.
      this.#writing.closeSync();
      this.#database.closeSync();
    }
  }
}
