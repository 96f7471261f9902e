import type { ErrorCode } from '../../errors.ts';
import type { Notice } from '../observer.ts';

/** A request answered: what goes on the wire, and what it cost. */
export interface LaneReply {
  /** Why no worker dealt with the request (the one that had it failed, the lane let it go); null when one did. */
  readonly unserved: ErrorCode | null;
  readonly status: number;
  readonly body: Uint8Array;
  /** Length of the JSON part when binary tensors follow it; null when the body is JSON throughout. */
  readonly inferenceHeaderLength: number | null;
  /** 0 when the body could not be decoded. */
  readonly rows: number;
  readonly queueMicroseconds: number;
  /** Of decoding it, which is part of its wait; that of its batch, shared out evenly. */
  readonly inputMicroseconds: number;
  readonly computeMicroseconds: number;
  /** Of encoding the answer; shared out likewise. */
  readonly outputMicroseconds: number;
  readonly notice: Notice | null;
}

/** Replies packed into two transferable buffers; the strings of the notices travel beside them. */
export interface PackedReplies {
  readonly table: Float64Array;
  readonly bytes: ArrayBuffer;
  /** Null when nothing observes. `''` where a reply has no notice. */
  readonly units: readonly string[] | null;
  readonly cells: readonly string[] | null;
}

const columns = 11;
const empty = Buffer.alloc(0);

export function packReplies(replies: readonly LaneReply[]): PackedReplies {
  const table = new Float64Array(replies.length * columns);
  let size = 0;
  let anyNotice = false;
  replies.forEach((reply, i) => {
    const bodyEnd = size + reply.body.length;
    const noticeEnd = bodyEnd + (reply.notice?.bytes.length ?? 0);
    const at = i * columns;
    table[at] = reply.status;
    table[at + 1] = size;
    table[at + 2] = bodyEnd;
    table[at + 3] = reply.inferenceHeaderLength ?? -1;
    table[at + 4] = reply.rows;
    table[at + 5] = reply.queueMicroseconds;
    table[at + 6] = reply.computeMicroseconds;
    table[at + 7] = reply.notice === null ? -1 : noticeEnd;
    table[at + 8] = reply.notice?.timestampMs ?? 0;
    table[at + 9] = reply.inputMicroseconds;
    table[at + 10] = reply.outputMicroseconds;
    size = noticeEnd;
    anyNotice ||= reply.notice !== null;
  });
  const bytes = new ArrayBuffer(size);
  const view = new Uint8Array(bytes);
  replies.forEach((reply, i) => {
    view.set(reply.body, table[i * columns + 1]);
    if (reply.notice) view.set(reply.notice.bytes, table[i * columns + 2]);
  });
  return {
    table,
    bytes,
    units: anyNotice ? replies.map((reply) => reply.notice?.unit ?? '') : null,
    cells: anyNotice ? replies.map((reply) => reply.notice?.cells ?? '') : null,
  };
}

/** Bodies are views of the one buffer that crossed, not copies. */
export function unpackReplies(packed: PackedReplies): LaneReply[] {
  const { table, bytes, units, cells } = packed;
  return Array.from({ length: table.length / columns }, (_, i) => {
    const at = i * columns;
    const start = table[at + 1]!;
    const bodyEnd = table[at + 2]!;
    const noticeEnd = table[at + 7]!;
    return {
      unserved: null,
      status: table[at]!,
      body: bodyEnd === start ? empty : Buffer.from(bytes, start, bodyEnd - start),
      inferenceHeaderLength: table[at + 3]! < 0 ? null : table[at + 3]!,
      rows: table[at + 4]!,
      queueMicroseconds: table[at + 5]!,
      inputMicroseconds: table[at + 9]!,
      computeMicroseconds: table[at + 6]!,
      outputMicroseconds: table[at + 10]!,
      notice:
        noticeEnd < 0
          ? null
          : {
              unit: units?.[i] ?? '',
              cells: cells?.[i] ?? '',
              timestampMs: table[at + 8]!,
              bytes: new Uint8Array(bytes, bodyEnd, noticeEnd - bodyEnd),
            },
    };
  });
}
