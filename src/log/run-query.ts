import {
  type DuckDBConnection,
  type DuckDBInstance,
  type DuckDBPreparedStatement,
  StatementType,
} from '@duckdb/node-api';
import { listed } from '../protocol/quoting.ts';
import type { Query, Row, SqlValue } from './comparison-log.ts';
import { orRollback } from './log-database.ts';
import { boundParameter, rowValueOf } from './query-values.ts';
import { runStepwise } from './run-stepwise.ts';

/** More at once would only take turns on the log's thread and hold memory meanwhile. */
const maxQueriesAtOnce = 4;

/**
 * Queries on connections of their own, each in a read-only transaction: they see one state of the log from
 * beginning to end, whatever is written or exported meanwhile, and can change nothing.
 */
export class QueryRunner {
  readonly #database: DuckDBInstance;
  readonly #idle: DuckDBConnection[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  readonly #closing = new AbortController();
  readonly #allDone = Promise.withResolvers<void>();

  constructor(database: DuckDBInstance) {
    this.#database = database;
  }

  readonly query: Query = async (sql, parameters = {}) => {
    if (this.#running >= maxQueriesAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#closing.signal.throwIfAborted();
    this.#running++;
    try {
      return await this.#withConnection((connection) =>
        runReadOnly(connection, sql, parameters, this.#closing.signal),
      );
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
      if (this.#closing.signal.aborted && this.#running === 0) this.#allDone.resolve();
    }
  };

  /** Breaks off what runs, refuses what waits, and gives the connections back. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The comparison log is closing, so it answers no query any more.'));
    for (const waiting of this.#waiting.splice(0)) waiting();
    if (this.#running > 0) await this.#allDone.promise;
    for (const connection of this.#idle) connection.closeSync();
  }

  async #withConnection(work: (connection: DuckDBConnection) => Promise<Row[]>): Promise<Row[]> {
    const connection = this.#idle.pop() ?? (await this.#database.connect());
    try {
      return await work(connection);
    } finally {
      this.#idle.push(connection);
    }
  }
}

async function runReadOnly(
  connection: DuckDBConnection,
  sql: string,
  parameters: Readonly<Record<string, SqlValue>>,
  signal: AbortSignal,
): Promise<Row[]> {
  await connection.run('BEGIN TRANSACTION READ ONLY');
  const rows = await orRollback(connection, async () => {
    const prepared = await prepareSelect(connection, sql);
    bindParameters(prepared, parameters);
    const result = await runStepwise(prepared, signal).catch((error) => {
      // Otherwise the rollback would first carry to its end what is scheduled.
      connection.interrupt();
      throw error;
    });
    const names = result.columnNames();
    const collected: Row[] = [];
    for await (const chunk of result) {
      for (const values of chunk.getRows()) {
        const row: Row = {};
        names.forEach((name, index) => {
          row[name] = rowValueOf(values[index] ?? null, name);
        });
        collected.push(row);
      }
    }
    prepared.destroySync();
    return collected;
  });
  await connection.run('COMMIT');
  return rows;
}

async function prepareSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) {
    throw new Error(`The log answers one statement at a time, but the SQL holds ${statements.count}.`);
  }
  const prepared = await statements.prepare(0);
  if (prepared.statementType !== StatementType.SELECT) {
    const kind = StatementType[prepared.statementType] ?? 'unknown';
    throw new Error(
      `The log answers SELECT, WITH … SELECT and FROM only, but this is a statement of kind ${kind}.`,
    );
  }
  return prepared;
}

function bindParameters(
  prepared: DuckDBPreparedStatement,
  parameters: Readonly<Record<string, SqlValue>>,
): void {
  const wanted = Array.from({ length: prepared.parameterCount }, (_, index) =>
    prepared.parameterName(index + 1),
  );
  const given = Object.keys(parameters);
  if (wanted.length !== given.length || !wanted.every((name) => given.includes(name))) {
    throw new Error(`The SQL has the parameters ${listed(wanted)}, but given were ${listed(given)}.`);
  }
  const bound = Object.entries(parameters).map(([name, value]) => [name, boundParameter(value)] as const);
  prepared.bind(
    Object.fromEntries(bound.map(([name, { value }]) => [name, value])),
    Object.fromEntries(bound.map(([name, { type }]) => [name, type])),
  );
}
