import type { MessagePort } from 'node:worker_threads';
import type { LogReader, Query, QuerySession, Row, SqlValue } from './comparison-log.ts';
import { errorOf, type Failure, failureOf } from './failure.ts';

type Parameters = Readonly<Record<string, SqlValue>>;

/** `session` is the id of the request that opened it; null for a query by itself. */
type Asked =
  | {
      readonly kind: 'query';
      readonly session: number | null;
      readonly sql: string;
      readonly parameters: Parameters;
    }
  | {
      readonly kind: 'keep';
      readonly session: number;
      readonly table: string;
      readonly sql: string;
      readonly parameters: Parameters;
    }
  | { readonly kind: 'open' }
  | { readonly kind: 'close'; readonly session: number };

type QueryRequest = { readonly id: number } & Asked;

type QueryReply =
  | { readonly id: number; readonly rows: Row[] }
  | { readonly id: number; readonly failure: Failure };

/** Answers queries that arrive on the port, in the order in which they finish. Sessions end with the port at the latest. */
export function serveQueries(port: MessagePort, reader: LogReader): void {
  const sessions = new Map<number, QuerySession>();
  const sessionOf = (id: number): QuerySession => {
    const session = sessions.get(id);
    if (session === undefined) throw new Error('This session of queries has ended.');
    return session;
  };
  const answer = async (request: QueryRequest): Promise<Row[]> => {
    switch (request.kind) {
      case 'query': {
        const { query } = request.session === null ? reader : sessionOf(request.session);
        return await query(request.sql, request.parameters);
      }
      case 'keep':
        await sessionOf(request.session).keep(request.table, request.sql, request.parameters);
        return [];
      case 'open':
        sessions.set(request.id, await reader.openSession());
        return [];
      case 'close': {
        const session = sessionOf(request.session);
        sessions.delete(request.session);
        await session[Symbol.asyncDispose]();
        return [];
      }
    }
  };
  port.on('message', (request: QueryRequest) => {
    answer(request).then(
      (rows) => port.postMessage({ id: request.id, rows } satisfies QueryReply),
      (error) => port.postMessage({ id: request.id, failure: failureOf(error) } satisfies QueryReply),
    );
  });
  port.on('close', () => {
    for (const session of sessions.values()) void session[Symbol.asyncDispose]();
    sessions.clear();
  });
}

/** The other end of `serveQueries`. The port keeps its thread alive only while an answer is awaited. */
export function readerOver(port: MessagePort): LogReader {
  const waiting = new Map<number, PromiseWithResolvers<Row[]>>();
  let nextId = 1;
  let closed = false;

  port.on('message', (reply: QueryReply) => {
    const caller = waiting.get(reply.id);
    if (caller === undefined) return;
    waiting.delete(reply.id);
    if (waiting.size === 0) port.unref();
    if ('rows' in reply) caller.resolve(reply.rows);
    else caller.reject(errorOf(reply.failure));
  });
  port.on('close', () => {
    closed = true;
    for (const caller of waiting.values()) caller.reject(closedError());
    waiting.clear();
  });
  port.unref();

  const ask = (asked: Asked): { readonly id: number; readonly rows: Promise<Row[]> } => {
    const id = nextId++;
    if (closed) return { id, rows: Promise.reject(closedError()) };
    const caller = Promise.withResolvers<Row[]>();
    waiting.set(id, caller);
    port.ref();
    port.postMessage({ id, ...asked } satisfies QueryRequest);
    return { id, rows: caller.promise };
  };
  const queryIn =
    (session: number | null): Query =>
    (sql, parameters = {}) =>
      ask({ kind: 'query', session, sql, parameters }).rows;

  return {
    query: queryIn(null),
    async openSession() {
      const { id: session, rows } = ask({ kind: 'open' });
      await rows;
      return {
        query: queryIn(session),
        async keep(table, sql, parameters = {}) {
          await ask({ kind: 'keep', session, table, sql, parameters }).rows;
        },
        async [Symbol.asyncDispose]() {
          await ask({ kind: 'close', session }).rows.catch((error) => {
            // With the port the session has ended, too.
            if (!closed) throw error;
          });
        },
      };
    },
  };
}

function closedError(): Error {
  return new Error('The comparison log is closed, so it answers no query any more.');
}
