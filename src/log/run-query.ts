import {
  type DuckDBConnection,
  type DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  StatementType,
} from '@duckdb/node-api';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import { createExclusive } from '../exclusive.ts';
import { listed } from '../protocol/quoting.ts';
import type { LogReader, Query, QuerySession, Row, SqlValue } from './comparison-log.ts';
import { orRollback } from './log-database.ts';
import { boundParameter, rowValueOf } from './query-values.ts';
import type { RaisedMemory } from './raised-memory.ts';
import { runStepwise } from './run-stepwise.ts';

/** More at once would only take turns on the log's thread and hold memory meanwhile. */
const maxQueriesAtOnce = 4;

/**
 * Queries on connections of their own, in read-only transactions: one sees one state of the log from beginning to end, whatever
 * is written or exported meanwhile, and can change nothing. So do all queries of a session.
 */
export class QueryRunner implements LogReader {
  readonly #database: DuckDBInstance;
  readonly #memory: RaisedMemory | null;
  readonly #idle: DuckDBConnection[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  readonly #closing = new AbortController();
  readonly #allDone = Promise.withResolvers<void>();

  /** @param memory where its sessions may hold more than the database does otherwise */
  constructor(database: DuckDBInstance, memory: RaisedMemory | null = null) {
    this.#database = database;
    this.#memory = memory;
  }

  readonly query: Query = async (sql, parameters = {}) => {
    await using connection = await this.#take();
    return await inReadOnly(connection.of, () =>
      select(connection.of, sql, parameters, this.#closing.signal),
    );
  };

  async openSession(): Promise<QuerySession> {
    const { signal } = this.#closing;
    const taken = await this.#take();
    const connection = taken.of;
    const inTurn = createExclusive();
    const memory = await this.#memory?.take();
    const end = async (): Promise<void> => {
      try {
        await memory?.[Symbol.asyncDispose]();
      } finally {
        await taken[Symbol.asyncDispose]();
      }
    };
    await connection.run('BEGIN TRANSACTION READ ONLY').catch(async (error) => {
      await end();
      throw error;
    });
    return {
      query: (sql, parameters = {}) => inTurn(() => select(connection, sql, parameters, signal)),
      keep: (table, sql, parameters = {}) =>
        inTurn(async () => {
          const prepared = await prepare(connection, `CREATE TEMP TABLE ${table} AS ${sql}`);
          bindParameters(prepared, parameters);
          await stepwise(connection, prepared, signal);
          prepared.destroySync();
        }),
      [Symbol.asyncDispose]: () =>
        inTurn(async () => {
          try {
            // What was kept goes with the transaction that kept it.
            await connection.run('ROLLBACK');
          } finally {
            await end();
          }
        }),
    };
  }

  /** Breaks off what runs, refuses what waits, and gives the connections back. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The comparison log is closing, so it answers no query any more.'));
    for (const waiting of this.#waiting.splice(0)) waiting();
    if (this.#running > 0) await this.#allDone.promise;
    for (const connection of this.#idle) connection.closeSync();
  }

  async #take(): Promise<{ readonly of: DuckDBConnection } & AsyncDisposable> {
    if (this.#running >= maxQueriesAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#closing.signal.throwIfAborted();
    this.#running++;
    const giveBack = async (): Promise<void> => {
      this.#running--;
      this.#waiting.shift()?.();
      if (this.#closing.signal.aborted && this.#running === 0) this.#allDone.resolve();
    };
    try {
      const connection = this.#idle.pop() ?? (await this.#database.connect());
      return {
        of: connection,
        [Symbol.asyncDispose]: () => {
          this.#idle.push(connection);
          return giveBack();
        },
      };
    } catch (error) {
      await giveBack();
      throw error;
    }
  }
}

async function inReadOnly(connection: DuckDBConnection, work: () => Promise<Row[]>): Promise<Row[]> {
  await connection.run('BEGIN TRANSACTION READ ONLY');
  const rows = await orRollback(connection, work);
  await connection.run('COMMIT');
  return rows;
}

async function select(
  connection: DuckDBConnection,
  sql: string,
  parameters: Readonly<Record<string, SqlValue>>,
  signal: AbortSignal,
): Promise<Row[]> {
  const prepared = await prepareSelect(connection, sql);
  bindParameters(prepared, parameters);
  const result = await stepwise(connection, prepared, signal);
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
}

async function stepwise(
  connection: DuckDBConnection,
  prepared: DuckDBPreparedStatement,
  signal: AbortSignal,
): Promise<DuckDBResult> {
  return await runStepwise(prepared, signal).catch((error) => {
    // Otherwise the rollback would first carry to its end what is scheduled.
    connection.interrupt();
    throw asOutOfMemory(error) ?? error;
  });
}

/** DuckDB advises to set what a caller cannot set; what helps is to ask about fewer rows. Null for any other error. */
function asOutOfMemory(error: unknown): UnderstudyError | null {
  if (!sentenceOf(error).includes('Out of Memory Error')) return null;
  return new UnderstudyError(
    'QUERY_TOO_LARGE',
    'the rows asked about do not fit into the memory of the comparison log; ask about a shorter time with from and to',
    { cause: error },
  );
}

async function prepare(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) {
    throw new Error(`The log answers one statement at a time, but the SQL holds ${statements.count}.`);
  }
  return await statements.prepare(0);
}

async function prepareSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const prepared = await prepare(connection, sql);
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
