import type { Socket } from 'node:net';

/** For a client to read why; it may never hang up itself. */
const graceMs = 1_000;

/** Answers what is no HTTP request at all, so that even this is `{"error": sentence}`; then hangs up. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, sentence] = answerTo(error);
  const body = JSON.stringify({ error: sentence });
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), graceMs).unref();
}

function answerTo(error: NodeJS.ErrnoException): readonly [string, string] {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return [
        '431 Request Header Fields Too Large',
        'the headers of the request are too large; 16 KiB is the most',
      ];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', 'the request did not arrive in time; send it without long pauses'];
    default:
      return ['400 Bad Request', `this is not HTTP/1.1 as it should be (${error.code ?? error.message})`];
  }
}
