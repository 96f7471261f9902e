import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { ownPagesOnly } from './own-pages-only.ts';
import { type Query, readQuery } from './query.ts';
import { type ViewQuery, viewParameters, viewQueryOf } from './view-query.ts';

/** Who looks on, at the other end of a connection. */
export interface LiveStream {
  /** It has not taken yet what was written to it: more would only be kept for it. */
  readonly isBehind: boolean;
  /** One or more whole events. */
  write(frames: Uint8Array): void;
  end(): void;
}

/** What the transport needs to stream how a model fares. */
export interface LiveSource {
  /**
   * Whether somebody may look at this: gives what begins to write to the stream, which gives what is to be called when it has ended.
   *
   * @throws UnderstudyError UNKNOWN_MODEL, TOO_MANY_STREAMS
   */
  admit(model: string, query: ViewQuery): (stream: LiveStream) => () => void;
  /** Ends all streams. */
  close(): void;
}

/** What is kept for who does not take it: so much, and one report more. */
const mostUnsentBytes = 65_536;
/** How long a browser waits before it connects again. */
const preamble = 'retry: 2000\n\n';

/** Server-sent events: a report, and what changes in it, as long as somebody looks. */
export function liveRoute(app: FastifyInstance, live: LiveSource): void {
  app.addHook('preClose', (done) => {
    live.close();
    done();
  });
  app.get<{ Params: { model: string }; Querystring: Query }>(
    '/v2/models/:model/live',
    // A page of another site could read nothing of it, but take all the streams there are.
    { ...ownPagesOnly, exposeHeadRoute: false },
    (request, reply) => {
      const query = viewQueryOf(readQuery(request.query, viewParameters));
      const attach = live.admit(request.params.model, query);
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        // A proxy that collects an answer before it passes it on would keep it for ever.
        'x-accel-buffering': 'no',
      });
      raw.write(preamble);
      const leave = attach(streamTo(raw));
      raw.once('close', leave);
    },
  );
}

function streamTo(raw: ServerResponse): LiveStream {
  return {
    get isBehind() {
      return raw.writableLength > mostUnsentBytes;
    },
    write(frames) {
      if (!raw.destroyed && !raw.writableEnded) raw.write(frames);
    },
    end() {
      raw.end();
    },
  };
}
