import type { MessagePort } from 'node:worker_threads';
import type { PlacedThread, ThreadPlacement } from '../threads/thread-placement.ts';
import type { ComparisonBatch } from './comparison-batch.ts';
import type { LogStatistics } from './comparison-log.ts';
import type { Failure } from './failure.ts';
import type { Label } from './label.ts';
import type { TrafficCount } from './traffic-count.ts';

/** What the log's thread is started with. */
export interface LogThreadData {
  readonly directory: string;
  readonly instance: string;
  readonly flushIntervalMs: number;
  readonly exportGraceMs: number;
  readonly bufferLimitRows: number;
  readonly placement: ThreadPlacement;
  /** Threads that DuckDB has beside the log's own. */
  readonly queryHelpers: number;
}

/** Told to the log's thread; nothing is answered. The clock is the main thread's, so times travel along. */
export type LogNotice =
  | { readonly kind: 'append'; readonly batch: ComparisonBatch }
  | { readonly kind: 'traffic'; readonly counts: readonly TrafficCount[] }
  | { readonly kind: 'append_port'; readonly port: MessagePort }
  | { readonly kind: 'resource_port'; readonly port: MessagePort }
  | { readonly kind: 'query_port'; readonly port: MessagePort }
  | { readonly kind: 'tick'; readonly nowMs: number };

/** Asked of the log's thread; each is answered by a reply (`labels` for both forms) or by `refused`. */
export type LogRequest =
  | {
      readonly kind: 'labels';
      readonly model: string;
      readonly labels: readonly Label[];
      readonly nowMs: number;
    }
  | {
      readonly kind: 'labels_json';
      readonly model: string;
      readonly body: Uint8Array;
      readonly nowMs: number;
    }
  | { readonly kind: 'flush' }
  | { readonly kind: 'export'; readonly nowMs: number }
  | { readonly kind: 'statistics' }
  | { readonly kind: 'close' };

export type LogReply =
  | { readonly kind: 'labels'; readonly kept: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'export'; readonly files: number; readonly rows: number }
  | { readonly kind: 'statistics'; readonly statistics: LogStatistics }
  | { readonly kind: 'close' };

export type ToLogThread =
  | LogNotice
  | { readonly kind: 'request'; readonly id: number; readonly request: LogRequest };

export type FromLogThread =
  | { readonly kind: 'placed'; readonly placed: PlacedThread }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: LogReply }
  | { readonly kind: 'refused'; readonly id: number; readonly failure: Failure }
  | {
      readonly kind: 'report';
      readonly level: 'info' | 'warn' | 'error';
      readonly object: Readonly<Record<string, unknown>>;
      readonly message: string;
    };

/** How the log's thread speaks to the logger: a level, what a machine wants to know, and a sentence. */
export type Report = (
  level: 'info' | 'warn' | 'error',
  object: Readonly<Record<string, unknown>>,
  message: string,
) => void;
