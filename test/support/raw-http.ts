import { request } from 'node:http';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  /** As they came: nothing is unpacked. */
  readonly bytes: Buffer;
}

/** A request with exactly these headers, names and values in turn, its body in exactly these pieces. */
export function rawRequest(
  url: string,
  headers: readonly string[],
  pieces: readonly (string | Uint8Array)[],
  method = 'POST',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    // Without an agent: a connection of its own.
    const outgoing = request(url, { method, agent: false, headers: ['host', new URL(url).host, ...headers] });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(chunks).toString(),
          bytes: Buffer.concat(chunks),
        }),
      );
    });
    for (const piece of pieces) outgoing.write(piece);
    outgoing.end();
  });
}

/** Sends bytes as they are and resolves with all that came back until the server hung up. */
export function rawBytesExchange(url: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), new URL(url).hostname);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(bytes);
  });
}
