import type { MessagePort } from 'node:worker_threads';
import type { ErrorCode } from '../errors.ts';
import type { DocumentFormat } from '../presentation/document-format.ts';
import type { PlacedThread, ThreadPlacement } from '../threads/thread-placement.ts';
import type { ReportRequest } from './report/request.ts';

/** What the analysis thread is started with. */
export interface AnalysisThreadData {
  readonly queryPort: MessagePort;
  readonly placement: ThreadPlacement;
}

export type Question =
  | { readonly kind: 'report'; readonly request: ReportRequest; readonly format: DocumentFormat }
  | { readonly kind: 'timeline'; readonly request: ReportRequest }
  | { readonly kind: 'live'; readonly request: ReportRequest; readonly id: number }
  | { readonly kind: 'label-next'; readonly request: ReportRequest; readonly limit: number };

export type ToAnalysisThread =
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  | { readonly kind: 'close' };

export type FromAnalysisThread =
  | { readonly kind: 'answer'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: 'refused';
      readonly id: number;
      readonly error: { readonly code: ErrorCode | null; readonly sentence: string };
    }
  | { readonly kind: 'placed'; readonly placed: PlacedThread };
