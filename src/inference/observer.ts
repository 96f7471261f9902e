import type { ErrorCode } from '../errors.ts';
import type { Tensor } from '../protocol/tensor.ts';
import type { LoadedModel } from './model/loaded-model.ts';
import type { Prediction } from './outputs/prediction.ts';

/** One request as a worker served it, shown to the observer after the reply is encoded. Times in microseconds. */
export interface ServedRequest {
  readonly id: string;
  readonly entity: string | null;
  /** The event's time, milliseconds since the epoch. */
  readonly timestampMs: number;
  /** From body and headers; the observer adds those derived from inputs. */
  readonly segments: Readonly<Record<string, string>>;
  readonly inputs: readonly Tensor[];
  readonly rows: number;
  /** One prediction per row, read when asked for; or why there are none. */
  readonly outcome:
    | { readonly kind: 'ok'; readonly predictions: () => readonly Prediction[] }
    | { readonly kind: 'error'; readonly code: ErrorCode; readonly sentence: string };
  /** From arrival on the main thread to the start of the run. */
  readonly queueMicroseconds: number;
  /** Wall time of the run the request took part in. */
  readonly computeMicroseconds: number;
  /** CPU time of that run on the worker's thread, per row, times this request's rows. */
  readonly cpuMicroseconds: number;
  /** What travelled with the request (a mirrored request carries what the primary did with it). */
  readonly attachment: Uint8Array | null;
}

/** What the main thread is told of a request without reading its body. */
export interface Notice {
  /** Unit of sampling: the entity, else the request's id. */
  readonly unit: string;
  readonly timestampMs: number;
  /**
   * How many rows fell into which segments, as JSON `[[{segment: value, …}, rows], …]`; one entry unless
   * segments are derived from inputs. Text, because equal texts are counted without being read.
   */
  readonly cells: string;
  /** Opaque to the main thread; travels on as `attachment` of a mirrored request. */
  readonly bytes: Uint8Array;
}

/**
 * The hook that lets something watch what a worker serves without the serving path knowing what it is. The
 * module named by `ObserverModule.url` exports `createObserver` (a `CreateObserver`).
 */
export interface Observer {
  observe(request: ServedRequest): Notice | null;
  /** Called after each batch of requests, so that an observer may send what it gathered in one message. */
  endOfBatch?(): void;
}

export type CreateObserver<Options> = (options: Options, loaded: LoadedModel) => Observer;

/** How a worker finds its observer; `options` must survive structured cloning. */
export interface ObserverModule<Options = unknown> {
  readonly url: string;
  readonly options: Options;
}
