import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';

/** A connection of HTTP/2, for what no client of gRPC does. */
export interface RawGrpc extends Disposable {
  readonly session: ClientHttp2Session;
  /** A call of which nothing was said yet but its name. */
  open(method: string): ClientHttp2Stream;
}

export async function connectRawGrpc(address: string | null): Promise<RawGrpc> {
  const session = connect(`http://${address}`);
  session.on('error', () => {});
  // What the server grants: how many calls at once, say.
  await once(session, 'remoteSettings');
  return {
    session,
    open(method) {
      const stream = session.request({
        ':method': 'POST',
        ':path': `/inference.GRPCInferenceService/${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      stream.on('error', () => {});
      stream.resume();
      return stream;
    },
    [Symbol.dispose]: () => session.destroy(),
  };
}

/** The beginning of a message that claims `claimed` bytes and has only `sent` of them. */
export function halfMessage(claimed: number, sent: number): Buffer {
  const bytes = Buffer.alloc(5 + sent);
  bytes.writeUInt32BE(claimed, 1);
  return bytes;
}
