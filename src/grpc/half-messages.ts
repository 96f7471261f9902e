import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { MessageProgress } from './message-progress.ts';
import { inferenceServiceName } from './messages.ts';

export interface HalfMessageLimits {
  /** For a call with a single request from its beginning to its last byte; for each message of a stream from the first to the last. */
  readonly requestTimeoutMs: number;
  /** Of all messages that are on their way in at once, bytes. */
  readonly receivingBytes: number;
}

/** Node tells of each stream that a client opens. */
const channel = 'http2.server.stream.created';

/** A call on which nothing is said for long is no fault there: it is opened beforehand. */
const streamPath = `/${inferenceServiceName}/ModelStreamInfer`;

/**
 * Cuts calls whose messages do not get on, and those for which there is no room: the library keeps what has come of a message for as
 * long as the client likes, and tells nobody, so that the streams below are looked at. The client sees RESOURCE_EXHAUSTED.
 */
export class HalfMessages implements Disposable {
  readonly #limits: HalfMessageLimits;
  readonly #isOurs: (stream: ServerHttp2Stream) => boolean;
  #bytes = 0;

  /** @param isOurs whether a stream came through the door; the process may have others */
  constructor(limits: HalfMessageLimits, isOurs: (stream: ServerHttp2Stream) => boolean) {
    this.#limits = limits;
    this.#isOurs = isOurs;
    subscribe(channel, this.#watch);
  }

  [Symbol.dispose](): void {
    unsubscribe(channel, this.#watch);
  }

  readonly #watch = (created: unknown): void => {
    const { stream, headers } = created as { stream: ServerHttp2Stream; headers: IncomingHttpHeaders };
    if (!this.#isOurs(stream)) return;
    const { requestTimeoutMs, receivingBytes } = this.#limits;
    const cut = (): void => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    const progress = headers[':path'] === streamPath ? new MessageProgress() : null;
    let held = 0;
    let timer = progress ? undefined : setTimeout(cut, requestTimeoutMs).unref();
    const hold = (bytes: number): void => {
      this.#bytes += bytes - held;
      held = bytes;
    };
    stream.on('data', (chunk: Buffer) => {
      hold(progress ? progress.add(chunk) : held + chunk.length);
      if (progress?.hasEnded) {
        clearTimeout(timer);
        timer = undefined;
      }
      if (held === 0) return;
      timer ??= setTimeout(cut, requestTimeoutMs).unref();
      if (this.#bytes > receivingBytes) cut();
    });
    // Only the library says when it reads: what came before it listens must wait for it.
    stream.pause();
    const rest = (): void => {
      clearTimeout(timer);
      hold(0);
    };
    stream.once('end', rest);
    stream.once('close', rest);
  };
}
