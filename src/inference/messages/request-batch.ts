import type { RequestTrace } from '../../tracing/request-trace.ts';
import type { RequestContext } from './request-context.ts';

const bodyForms = ['infer', 'predict', 'grpc'] as const;

/** The protocol's JSON, with or without binary tensors; the short form; the message of a gRPC call. */
export type BodyForm = (typeof bodyForms)[number];

/** A request as the transport hands it to a lane: bytes that nobody has read yet. */
export interface LaneRequest {
  readonly form: BodyForm;
  readonly body: Uint8Array;
  /** Length of the JSON part of a body with binary tensors; null when the body is JSON throughout. */
  readonly inferenceHeaderLength: number | null;
  readonly context: RequestContext | null;
  /** Monotonic, microseconds. */
  readonly arrivedMicroseconds: number;
  /** Wall clock, milliseconds since the epoch. */
  readonly arrivedMs: number;
  /** 1 is the first to be served; 0 for the level of those that ask for none. */
  readonly priority: number;
  /** Monotonic, microseconds: a request that is not run by then is not run at all; null where it can wait. */
  readonly deadlineMicroseconds: number | null;
  /** What was observed of a request that is mirrored, whose answer nobody waits for; null for the primary's. */
  readonly attachment: Uint8Array | null;
  /** Stays on the main thread; null where the request is not traced. */
  readonly trace: RequestTrace | null;
}

/** It carries what was observed of it elsewhere: it has been answered already. */
export function isMirrored(request: LaneRequest): boolean {
  return request.attachment !== null;
}

/** Requests packed into two transferable buffers, so that a batch crosses threads as one cheap message. */
export interface PackedRequests {
  readonly table: Float64Array;
  readonly bytes: ArrayBuffer;
  /** Null when no request of the batch has one. */
  readonly contexts: readonly (RequestContext | null)[] | null;
}

const columns = 8;

export function packRequests(requests: readonly LaneRequest[]): PackedRequests {
  const table = new Float64Array(requests.length * columns);
  let size = 0;
  let anyContext = false;
  requests.forEach((request, i) => {
    const bodyEnd = size + request.body.length;
    const attachmentEnd = bodyEnd + (request.attachment?.length ?? 0);
    const at = i * columns;
    table[at] = size;
    table[at + 1] = bodyEnd;
    table[at + 2] = request.inferenceHeaderLength ?? -1;
    table[at + 3] = bodyForms.indexOf(request.form);
    table[at + 4] = request.arrivedMicroseconds;
    table[at + 5] = request.arrivedMs;
    table[at + 6] = request.attachment === null ? -1 : attachmentEnd;
    table[at + 7] = request.deadlineMicroseconds ?? -1;
    size = attachmentEnd;
    anyContext ||= request.context !== null;
  });
  const bytes = new ArrayBuffer(size);
  const view = new Uint8Array(bytes);
  requests.forEach((request, i) => {
    view.set(request.body, table[i * columns]);
    if (request.attachment) view.set(request.attachment, table[i * columns + 1]);
  });
  return { table, bytes, contexts: anyContext ? requests.map((request) => request.context) : null };
}

export function unpackRequests(packed: PackedRequests): LaneRequest[] {
  const { table, bytes, contexts } = packed;
  return Array.from({ length: table.length / columns }, (_, i) => {
    const at = i * columns;
    const start = table[at]!;
    const bodyEnd = table[at + 1]!;
    const attachmentEnd = table[at + 6]!;
    return {
      form: bodyForms[table[at + 3]!]!,
      body: new Uint8Array(bytes, start, bodyEnd - start),
      inferenceHeaderLength: table[at + 2]! < 0 ? null : table[at + 2]!,
      context: contexts?.[i] ?? null,
      arrivedMicroseconds: table[at + 4]!,
      arrivedMs: table[at + 5]!,
      // It has had its turn.
      priority: 0,
      deadlineMicroseconds: table[at + 7]! < 0 ? null : table[at + 7]!,
      attachment: attachmentEnd < 0 ? null : new Uint8Array(bytes, bodyEnd, attachmentEnd - bodyEnd),
      trace: null,
    };
  });
}
