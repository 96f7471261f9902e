import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminDoor } from '../doors/admin-door.ts';
import { checkSameSite } from '../doors/cross-site.ts';
import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { callerOf } from './caller.ts';

/** Whoever knocks all day must not fill the log. */
const tellEveryMs = 60_000;

export interface AdminOnly {
  readonly onRequest: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

/** Options of a route that changes the server: who may not, and pages of other sites, are refused before the body is read. */
export function adminOnly(door: AdminDoor, logger: Logger): AdminOnly {
  let toldMs = Number.NEGATIVE_INFINITY;
  return {
    onRequest: async (request, reply) => {
      const caller = callerOf(request);
      try {
        checkSameSite(caller);
        door.check(caller);
      } catch (error) {
        reply.header('connection', 'close');
        if (!isCrossSite(error)) reply.header('www-authenticate', 'Bearer');
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

/** No token would help. */
function isCrossSite(error: unknown): boolean {
  return error instanceof UnderstudyError && error.code === 'CROSS_SITE';
}
