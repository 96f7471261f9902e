import type { IncomingMessage } from 'node:http';
import { UnderstudyError } from '../errors.ts';
import { contentCodings, type Expander } from './expander.ts';

/** Reads a body as bytes, copied only when it came in several pieces, and unpacks it where it is packed. */
export async function readBody(
  stream: IncomingMessage,
  limitBytes: number,
  expander: Expander,
): Promise<Buffer> {
  const encoding = stream.headers['content-encoding'];
  if (encoding === undefined) return readBytes(stream, limitBytes);
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return readBytes(stream, limitBytes);
  // Their old names, which RFC 9110 has recipients take for the same.
  const coding = contentCodings.find((one) => one === name || `x-${one}` === name);
  if (!coding) {
    throw new UnderstudyError(
      'UNSUPPORTED_ENCODING',
      `the body is sent with content-encoding "${encoding.slice(0, 40)}", which is not read; send it with gzip, deflate, or none`,
    );
  }
  return expander.expand(await readBytes(stream, limitBytes), coding);
}

function readBytes(stream: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(stream.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) {
        stream.removeAllListeners('data');
        stream.resume();
        reject(tooLarge(limitBytes));
        return;
      }
      chunks.push(chunk);
    });
    stream.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    stream.on('error', (cause) =>
      reject(
        new UnderstudyError(
          'INVALID_REQUEST',
          'the connection broke before the whole body had come; send it again',
          { cause },
        ),
      ),
    );
  });
}

function tooLarge(limitBytes: number): UnderstudyError {
  return new UnderstudyError(
    'BODY_TOO_LARGE',
    `the body is larger than the ${limitBytes} bytes this server accepts; split the request, or start the server with a larger --body-limit`,
  );
}
