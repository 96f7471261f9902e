import type { MessagePort } from 'node:worker_threads';
import type { ErrorCode } from '../errors.ts';
import type { PlacedThread, ThreadPlacement } from '../threads/thread-placement.ts';
import type { ReportRequest } from './report-request.ts';

/** What the analysis thread is started with. */
export interface AnalysisThreadData {
  readonly queryPort: MessagePort;
  readonly placement: ThreadPlacement;
}

export type ToAnalysisThread =
  | { readonly kind: 'report'; readonly id: number; readonly request: ReportRequest }
  | { readonly kind: 'close' };

export type FromAnalysisThread =
  | { readonly kind: 'report'; readonly id: number; readonly json: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'refused';
      readonly id: number;
      readonly error: { readonly code: ErrorCode | null; readonly sentence: string };
    }
  | { readonly kind: 'placed'; readonly placed: PlacedThread };
