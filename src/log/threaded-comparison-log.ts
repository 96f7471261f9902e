import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import type { Logger } from '../logger.ts';
import type { ComparisonBatch } from './comparison-batch.ts';
import type { ComparisonLog, LogStatistics, Query, QuerySession } from './comparison-log.ts';
import { errorOf } from './failure.ts';
import type { Label } from './label.ts';
import type { FromLogThread, LogReply, LogRequest, ToLogThread } from './log-message.ts';
import { readerOver } from './query-port.ts';
import type { TrafficCount } from './traffic-count.ts';

/** The log from the main thread's side: turns calls into messages to the log's thread. */
export class ThreadedComparisonLog implements ComparisonLog {
  readonly query: Query;
  readonly openSession: () => Promise<QuerySession>;
  readonly #worker: Worker;
  readonly #now: () => number;
  readonly #exportTimer: NodeJS.Timeout;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<LogReply>>();
  #nextId = 1;
  #closing: Promise<void> | null = null;
  /** Why nothing can be asked any more. */
  #ended: string | null = null;

  constructor(worker: Worker, logger: Logger, now: () => number, exportCheckIntervalMs: number) {
    this.#worker = worker;
    this.#now = now;
    worker.on('message', (message: FromLogThread) => this.#receive(message, logger));
    worker.on('error', (error) => {
      this.#end(`The comparison log’s thread has failed: ${error}`);
      logger.error({ err: error }, 'The comparison log’s thread has failed; nothing is logged any more.');
    });
    this.#exited = new Promise((resolve) => {
      worker.once('exit', () => {
        clearInterval(this.#exportTimer);
        this.#end('The comparison log is closed.');
        resolve();
      });
    });
    this.#exportTimer = setInterval(() => this.#post({ kind: 'tick', nowMs: now() }), exportCheckIntervalMs);
    this.#exportTimer.unref();
    const reader = readerOver(this.openQueryPort());
    this.query = reader.query;
    this.openSession = () => reader.openSession();
  }

  openAppendPort(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#post({ kind: 'append_port', port: port1 }, [port1]);
    return port2;
  }

  openResourcePort(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#post({ kind: 'resource_port', port: port1 }, [port1]);
    return port2;
  }

  openQueryPort(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#post({ kind: 'query_port', port: port1 }, [port1]);
    return port2;
  }

  append(batch: ComparisonBatch): void {
    this.#post({ kind: 'append', batch });
  }

  countTraffic(counts: readonly TrafficCount[]): void {
    this.#post({ kind: 'traffic', counts });
  }

  async putLabels(model: string, labels: readonly Label[]): Promise<number> {
    if (labels.length === 0) return 0;
    const reply = await this.#ask({ kind: 'labels', model, labels, nowMs: this.#now() });
    return expected(reply, 'labels').kept;
  }

  async putLabelsJson(model: string, body: Uint8Array): Promise<number> {
    const reply = await this.#ask({ kind: 'labels_json', model, body, nowMs: this.#now() });
    return expected(reply, 'labels').kept;
  }

  async flush(): Promise<void> {
    await this.#ask({ kind: 'flush' });
  }

  async exportClosedHours(): Promise<{ readonly files: number; readonly rows: number }> {
    const { files, rows } = expected(await this.#ask({ kind: 'export', nowMs: this.#now() }), 'export');
    return { files, rows };
  }

  async statistics(): Promise<LogStatistics> {
    return expected(await this.#ask({ kind: 'statistics' }), 'statistics').statistics;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    try {
      if (this.#ended === null) await this.#ask({ kind: 'close' });
    } finally {
      await this.#exited;
    }
  }

  #post(message: ToLogThread, transfer: MessagePort[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #ask(request: LogRequest): Promise<LogReply> {
    if (this.#ended !== null) return Promise.reject(new Error(this.#ended));
    const id = this.#nextId++;
    const caller = Promise.withResolvers<LogReply>();
    this.#waiting.set(id, caller);
    this.#post({ kind: 'request', id, request });
    return caller.promise;
  }

  #receive(message: FromLogThread, logger: Logger): void {
    if (message.kind === 'report') {
      logger[message.level](message.object, message.message);
    } else if (message.kind === 'reply' || message.kind === 'refused') {
      const caller = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.kind === 'reply') caller?.resolve(message.reply);
      else caller?.reject(errorOf(message.failure));
    }
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    for (const caller of this.#waiting.values()) caller.reject(new Error(this.#ended));
    this.#waiting.clear();
  }
}

function expected<K extends LogReply['kind']>(reply: LogReply, kind: K): Extract<LogReply, { kind: K }> {
  if (isOfKind(reply, kind)) return reply;
  throw new Error(`The log’s thread answered ${reply.kind} where ${kind} was asked.`);
}

function isOfKind<K extends LogReply['kind']>(
  reply: LogReply,
  kind: K,
): reply is Extract<LogReply, { kind: K }> {
  return reply.kind === kind;
}
