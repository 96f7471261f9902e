import { type MessagePort, Worker } from 'node:worker_threads';
import { UnderstudyError } from '../errors.ts';
import type { DocumentFormat } from '../presentation/document-format.ts';
import type { PlacedThread, ThreadPlacement } from '../threads/thread-placement.ts';
import type {
  AnalysisThreadData,
  FromAnalysisThread,
  Question,
  ToAnalysisThread,
} from './analysis-message.ts';
import type { ReportRequest } from './report/request.ts';

/** Writes reports on a thread of its own, below everything else in priority. */
export interface Analyst extends AsyncDisposable {
  /** The report, made into a document there. A question like one already under way shares its answer. */
  report(request: ReportRequest, format?: DocumentFormat): Promise<Uint8Array>;
  /** How the versions fared over time, as JSON of `Timeline`. */
  timeline(request: ReportRequest): Promise<Uint8Array>;
  /** Both as server-sent events: `report` with this id, `timeline` with the next. */
  live(request: ReportRequest, id: number): Promise<Uint8Array>;
  /** The disagreements whose labels would tell most, as JSON of `LabelNext`. */
  labelNext(request: ReportRequest, limit: number): Promise<Uint8Array>;
  /** Reports under way are refused. */
  close(): Promise<void>;
}

interface NoticeLogger {
  readonly warn: (object: object, message: string) => void;
}

export interface AnalystOptions {
  readonly placement?: ThreadPlacement;
  /** What became of it; a warning for each refusal when left out. */
  readonly onPlaced?: (placed: PlacedThread) => void;
}

/** A report may be late, and never slows down what is served. */
export const analysisPlacement: ThreadPlacement = {
  role: 'analysis',
  name: 'analysis',
  yielding: 'idle',
  cpus: null,
};

/** Starts the analysis thread; `queryPort` (of `ComparisonLog.openQueryPort`) moves over to it. */
export function startAnalyst(
  queryPort: MessagePort,
  logger: NoticeLogger,
  options: AnalystOptions = {},
): Analyst {
  return new ThreadedAnalyst(queryPort, logger, options);
}

class ThreadedAnalyst implements Analyst {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  readonly #underWay = new Map<string, Promise<Uint8Array>>();
  #nextId = 1;
  /** Why no report can be had any more. */
  #ended: string | null = null;

  constructor(
    queryPort: MessagePort,
    logger: NoticeLogger,
    { placement = analysisPlacement, onPlaced = warnOf(logger) }: AnalystOptions,
  ) {
    this.#worker = new Worker(new URL('./analysis-thread.ts', import.meta.url), {
      name: 'analysis',
      workerData: { queryPort, placement } satisfies AnalysisThreadData,
      transferList: [queryPort],
    });
    this.#worker.on('message', (message: FromAnalysisThread) => this.#receive(message, onPlaced));
    this.#worker.on('error', (error) => {
      this.#end(`The analysis thread has failed: ${error}`);
      logger.warn({ err: error }, 'The analysis thread has failed; there are no reports any more.');
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#end('The analysis thread is closed.');
        resolve();
      });
    });
  }

  report(request: ReportRequest, format: DocumentFormat = 'json'): Promise<Uint8Array> {
    return this.#shared({ kind: 'report', request, format });
  }

  timeline(request: ReportRequest): Promise<Uint8Array> {
    return this.#shared({ kind: 'timeline', request });
  }

  live(request: ReportRequest, id: number): Promise<Uint8Array> {
    return this.#ask({ kind: 'live', request, id });
  }

  labelNext(request: ReportRequest, limit: number): Promise<Uint8Array> {
    return this.#shared({ kind: 'label-next', request, limit });
  }

  #shared(question: Question): Promise<Uint8Array> {
    // The clock and what is measured differ from one caller to the next, yet their question is the same.
    const measured = { nowMs: 0, resources: null, interference: null, sampling: null };
    const key = JSON.stringify({ ...question, request: { ...question.request, ...measured } });
    const shared = this.#underWay.get(key);
    if (shared !== undefined) return shared;
    const answer = this.#ask(question).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, answer);
    return answer;
  }

  async close(): Promise<void> {
    this.#end('The analysis thread is closed.');
    this.#post({ kind: 'close' });
    await this.#exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask(question: Question): Promise<Uint8Array> {
    if (this.#ended !== null) return Promise.reject(new UnderstudyError('SHUTTING_DOWN', this.#ended));
    const id = this.#nextId++;
    const caller = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(id, caller);
    this.#post({ kind: 'question', id, question });
    return caller.promise;
  }

  #post(message: ToAnalysisThread): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromAnalysisThread, onPlaced: (placed: PlacedThread) => void): void {
    if (message.kind === 'placed') {
      onPlaced(message.placed);
      return;
    }
    const caller = this.#waiting.get(message.id);
    if (caller === undefined) return;
    this.#waiting.delete(message.id);
    if (message.kind === 'answer') caller.resolve(message.bytes);
    else caller.reject(new UnderstudyError(message.error.code ?? 'INTERNAL', message.error.sentence));
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    for (const caller of this.#waiting.values()) {
      caller.reject(new UnderstudyError('SHUTTING_DOWN', reason));
    }
    this.#waiting.clear();
  }
}

function warnOf(logger: NoticeLogger): (placed: PlacedThread) => void {
  return ({ refusals }) => {
    for (const refusal of refusals) logger.warn({}, `The analysis thread: ${refusal}`);
  };
}
