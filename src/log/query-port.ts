import type { MessagePort } from 'node:worker_threads';
import type { Query, Row, SqlValue } from './comparison-log.ts';
import { errorOf, type Failure, failureOf } from './failure.ts';

interface QueryRequest {
  readonly id: number;
  readonly sql: string;
  readonly parameters: Readonly<Record<string, SqlValue>>;
}

type QueryReply =
  | { readonly id: number; readonly rows: Row[] }
  | { readonly id: number; readonly failure: Failure };

/** Answers queries that arrive on the port, in the order in which they finish. */
export function serveQueries(port: MessagePort, query: Query): void {
  port.on('message', ({ id, sql, parameters }: QueryRequest) => {
    query(sql, parameters).then(
      (rows) => port.postMessage({ id, rows } satisfies QueryReply),
      (error) => port.postMessage({ id, failure: failureOf(error) } satisfies QueryReply),
    );
  });
}

/** The other end of `serveQueries`. The port keeps its thread alive only while an answer is awaited. */
export function queryOver(port: MessagePort): Query {
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

  return (sql, parameters = {}) => {
    if (closed) return Promise.reject(closedError());
    const id = nextId++;
    const caller = Promise.withResolvers<Row[]>();
    waiting.set(id, caller);
    port.ref();
    port.postMessage({ id, sql, parameters } satisfies QueryRequest);
    return caller.promise;
  };
}

function closedError(): Error {
  return new Error('The comparison log is closed, so it answers no query any more.');
}
