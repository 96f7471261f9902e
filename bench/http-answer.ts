export interface HttpAnswer {
  readonly status: number;
  /** Bytes of the whole answer, head and body. */
  readonly length: number;
  /** Whether the server says that it closes the connection after it. */
  readonly closes: boolean;
}

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/** The first answer in the bytes, which start with it; null while some of it is missing. Throws where it is not HTTP/1.1. */
export function readHttpAnswer(bytes: Buffer): HttpAnswer | null {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return null;
  const head = bytes.toString('latin1', 0, end);
  // "HTTP/1.1 200": the status starts at byte 9.
  const status = Number(head.slice(9, 12));
  if (!head.startsWith('HTTP/1.') || Number.isNaN(status)) throw new Error('the answer is not HTTP/1.1');
  const length = answerLength(bytes, head, end + headEnd.length);
  return length === null ? null : { status, length, closes: /^connection: *close/im.test(head) };
}

function answerLength(bytes: Buffer, head: string, bodyStart: number): number | null {
  const declared = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (declared !== undefined) {
    const total = bodyStart + Number(declared);
    return bytes.length >= total ? total : null;
  }
  if (/^transfer-encoding: *chunked/im.test(head)) return chunkedEnd(bytes, bodyStart);
  throw new Error('the answer has neither content-length nor chunks');
}

/** Where the chunks end; without trailers, which no server of the protocol sends. */
function chunkedEnd(bytes: Buffer, start: number): number | null {
  for (let at = start; ; ) {
    const end = bytes.indexOf(lineEnd, at);
    if (end < 0) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (Number.isNaN(size)) throw new Error('the answer has a chunk without a size');
    at = end + size + 2 * lineEnd.length;
    if (bytes.length < at) return null;
    if (size === 0) return at;
  }
}
