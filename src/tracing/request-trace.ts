import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { Role } from '../inference/serving-table.ts';

/** A request as a transport knows it before anything is done with it. */
export interface TracedCall {
  /** Of the span, with no more values than there are models: `POST /v2/models/{model}/infer`. */
  readonly name: string;
  /** W3C trace context, as the client sent it. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** What a lane did with a request. */
export interface LaneVisit {
  readonly version: string;
  readonly role: Role;
  /** Monotonic, microseconds. */
  readonly arrivedMicroseconds: number;
  readonly reply: LaneReply;
}

/** One request that is traced, from its arrival to its answer and on to the shadows. */
export interface RequestTrace {
  /** To be told of the primary's lane, and of each shadow's, which may be after the end. */
  visited(visit: LaneVisit): void;
  /**
   * @param status of the answer, by its transport's attribute
   * @param fault why it is the server's fault; null where it is not
   */
  end(status: { readonly attribute: string; readonly value: number }, fault: string | null): void;
}

export interface Tracing {
  /** Null where nobody wants this request to be traced. */
  begin(call: TracedCall): RequestTrace | null;
  /** Sends what is left, for no longer than a few seconds. */
  close(): Promise<void>;
}
