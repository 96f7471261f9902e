import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminDoor, Caller } from '../doors/admin-door.ts';
import { sentenceOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** Whoever knocks all day must not fill the log. */
const tellEveryMs = 60_000;

export interface AdminOnly {
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

/** Options of a route that changes the server: who may not is refused before the body is read. */
export function adminOnly(door: AdminDoor, logger: Logger): AdminOnly {
  let toldMs = Number.NEGATIVE_INFINITY;
  return {
    onRequest: async (request, reply) => {
      try {
        door.check(callerOf(request));
      } catch (error) {
        reply.header('www-authenticate', 'Bearer').header('connection', 'close');
        if (performance.now() - toldMs > tellEveryMs) {
          toldMs = performance.now();
          const { method, ip: address, routeOptions } = request;
          logger.warn({ address, method, route: routeOptions.url }, `refused: ${sentenceOf(error)}`);
        }
        throw error;
      }
    },
  };
}

const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

function callerOf({ headers, ip: address }: FastifyRequest): Caller {
  const { authorization, host, origin } = headers;
  return {
    ...{ address, authorization, host },
    isForwarded: forwarding.some((name) => headers[name] !== undefined),
    origin: origin === undefined ? pageOf(headers['sec-fetch-site']) : hostOf(origin),
  };
}

/** Where a browser names no origin it may still say that the page is another site's. */
function pageOf(site: string | string[] | undefined): string | undefined {
  return site === undefined || site === 'none' || site === 'same-origin' ? undefined : String(site);
}

function hostOf(origin: string): string {
  return URL.parse(origin)?.host ?? origin;
}
