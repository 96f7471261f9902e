import type { IncomingMessage } from 'node:http';
import { UnderstudyError } from '../errors.ts';
import { contentCodings, type Expander } from './expander.ts';
import type { Receiving } from './receiving.ts';

/** Reads a body as bytes, copied only when it came in several pieces, and unpacks it where it is packed. */
export async function readBody(
  stream: IncomingMessage,
  limitBytes: number,
  receiving: Receiving,
  expander: Expander,
): Promise<Buffer> {
  const encoding = stream.headers['content-encoding'];
  if (encoding === undefined) return readBytes(stream, limitBytes, receiving);
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return readBytes(stream, limitBytes, receiving);
  // Their old names, which RFC 9110 has recipients take for the same.
  const coding = contentCodings.find((one) => one === name || `x-${one}` === name);
  if (!coding) {
    throw new UnderstudyError(
      'UNSUPPORTED_ENCODING',
      `the body is sent with content-encoding "${encoding.slice(0, 40)}", which is not read; send it with gzip, deflate, or none`,
    );
  }
  return expander.expand(await readBytes(stream, limitBytes, receiving), coding);
}

async function readBytes(stream: IncomingMessage, limitBytes: number, receiving: Receiving): Promise<Buffer> {
  if (Number(stream.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  let size = 0;
  try {
    return await new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const refuse = (error: unknown): void => {
        stream.removeAllListeners('data');
        stream.resume();
        reject(error);
      };
      stream.on('data', (chunk: Buffer) => {
        if (size + chunk.length > limitBytes) return refuse(tooLarge(limitBytes));
        try {
          receiving.take(chunk.length);
        } catch (error) {
          return refuse(error);
        }
        size += chunk.length;
        chunks.push(chunk);
      });
      stream.on('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
      // A connection that is cut may end without an error. Every request closes, and an error costs more than reading a body.
      stream.on('close', () => {
        if (!stream.readableEnded) reject(broken());
      });
      stream.on('error', (cause) => reject(broken(cause)));
    });
  } finally {
    receiving.release(size);
  }
}

function broken(cause?: unknown): UnderstudyError {
  return new UnderstudyError(
    'INVALID_REQUEST',
    'the connection broke before the whole body had come; send it again',
    { cause },
  );
}

function tooLarge(limitBytes: number): UnderstudyError {
  return new UnderstudyError(
    'BODY_TOO_LARGE',
    `the body is larger than the ${limitBytes} bytes this server accepts; split the request, or start the server with a larger --body-limit`,
  );
}
