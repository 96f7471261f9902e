import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkNotRebound, checkSameSite } from '../doors/cross-site.ts';
import { callerOf } from './caller.ts';

/** Options of a route that anyone may use, but no page of another site through somebody's browser. */
export const ownPagesOnly = {
  onRequest: async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const caller = callerOf(request);
    try {
      checkSameSite(caller);
      checkNotRebound(caller);
    } catch (error) {
      // The body that was not read would be taken for the next request.
      reply.header('connection', 'close');
      throw error;
    }
  },
};
