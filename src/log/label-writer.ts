import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { Exclusive } from '../exclusive.ts';
import { appendChunks, chunkRows } from './append-chunks.ts';
import { timestampOf } from './comparison-columns.ts';
import type { HotTable } from './hot-table.ts';
import type { Label } from './label.ts';
import { inTransaction } from './log-database.ts';
import type { Report } from './log-message.ts';
import type { LogTables } from './log-tables.ts';

interface Submission {
  readonly model: string;
  readonly labels: readonly Label[];
  readonly receivedMs: number;
  readonly caller: PromiseWithResolvers<number>;
}

/**
 * Writes labels durably. Whatever was submitted while a commit was under way goes into the next one together
 * (group commit): the disk's sync is paid once for all of them.
 */
export class LabelWriter {
  readonly #connection: DuckDBConnection;
  readonly #tables: LogTables;
  readonly #exclusive: Exclusive;
  readonly #report: Report;
  #nextSeq: bigint;
  #submissions: Submission[] = [];
  #committing = false;

  private constructor(
    connection: DuckDBConnection,
    tables: LogTables,
    exclusive: Exclusive,
    report: Report,
    nextSeq: bigint,
  ) {
    this.#connection = connection;
    this.#tables = tables;
    this.#exclusive = exclusive;
    this.#report = report;
    this.#nextSeq = nextSeq;
  }

  /** Needs the view `labels`: `seq` goes on where hot and exported labels end. */
  static async open(
    connection: DuckDBConnection,
    tables: LogTables,
    exclusive: Exclusive,
    report: Report,
  ): Promise<LabelWriter> {
    const reader = await connection.runAndReadAll('SELECT coalesce(max(seq), 0)::BIGINT + 1 FROM labels');
    const next = reader.getRows()[0]?.[0];
    if (typeof next !== 'bigint') throw new Error(`The next label’s seq is not a number: ${next}`);
    return new LabelWriter(connection, tables, exclusive, report, next);
  }

  /** Resolves with the number of labels, once they are durable. @throws UnderstudyError LOG_UNAVAILABLE where none was kept */
  put(model: string, labels: readonly Label[], nowMs: number): Promise<number> {
    if (labels.length === 0) return Promise.resolve(0);
    const caller = Promise.withResolvers<number>();
    this.#submissions.push({ model, labels, receivedMs: nowMs, caller });
    if (!this.#committing) {
      this.#committing = true;
      void this.#commitAll();
    }
    return caller.promise;
  }

  async #commitAll(): Promise<void> {
    while (this.#submissions.length > 0) {
      await this.#exclusive(async () => {
        const submissions = this.#submissions;
        this.#submissions = [];
        try {
          await this.#commit(submissions);
          for (const { caller, labels } of submissions) caller.resolve(labels.length);
        } catch (cause) {
          const error = new UnderstudyError(
            'LOG_UNAVAILABLE',
            'the labels could not be kept, since the comparison log cannot write; send them again later',
            { cause },
          );
          const labels = submissions.reduce((sum, submission) => sum + submission.labels.length, 0);
          this.#report(
            'error',
            { labels },
            `Labels were refused, since they could not be kept: ${sentenceOf(cause)}`,
          );
          for (const { caller } of submissions) caller.reject(error);
        }
      });
    }
    this.#committing = false;
  }

  async #commit(submissions: readonly Submission[]): Promise<void> {
    const rows = submissions.flatMap(({ model, labels, receivedMs }) =>
      labels.map((label) => this.#valuesByColumn(model, label, receivedMs)),
    );
    const table = this.#tables.table('labels');
    await inTransaction(this.#connection, () => appendChunks(this.#connection, table, chunksOf(table, rows)));
  }

  #valuesByColumn(model: string, label: Label, receivedMs: number): Map<string, DuckDBValue> {
    return new Map<string, DuckDBValue>([
      ['model', model],
      ['request_id', label.requestId],
      ['row', label.row],
      ['label', label.label],
      ['value', label.value],
      ['label_ts', timestampOf(label.timestampMs ?? receivedMs)],
      ['source', label.source],
      ['seq', this.#nextSeq++],
      ['received_ts', timestampOf(receivedMs)],
    ]);
  }
}

function* chunksOf(table: HotTable, rows: readonly ReadonlyMap<string, DuckDBValue>[]) {
  for (let from = 0; from < rows.length; from += chunkRows) {
    const chunk = rows.slice(from, from + chunkRows);
    yield table.columns.map(({ name }) => chunk.map((row) => row.get(name) ?? null));
  }
}
