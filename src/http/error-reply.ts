import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, UnderstudyError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { encodeError } from '../protocol/encode-error.ts';

/** The one place where an error becomes a reply: `{"error": sentence}` with the status of its code. */
export function replyWithErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendError(reply, translate(error, request, logger)),
  );
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!.slice(0, 120);
    sendError(
      reply,
      new UnderstudyError('NOT_FOUND', `there is no ${request.method} ${path}; GET / lists the paths`),
    );
  });
}

function sendError(reply: FastifyReply, error: UnderstudyError): void {
  if (error.status === 503) reply.header('retry-after', '1');
  // A body that was refused before it was read would be taken for the next request.
  if (error.status === 413 || error.status === 415) reply.header('connection', 'close');
  reply
    .code(error.status)
    .header('content-type', 'application/json')
    .send(Buffer.from(encodeError(error)));
}

function translate(error: FastifyError, request: FastifyRequest, logger: Logger): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return new UnderstudyError(codeOfStatus(status), error.message, { cause: error });
  logger.error(
    { err: error, method: request.method, route: request.routeOptions.url },
    'a request failed in the server',
  );
  return new UnderstudyError('INTERNAL', 'the server failed on this request; its log has the details', {
    cause: error,
  });
}

/** For what fastify itself refuses: a bad URL, a bad content-type. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 413) return 'BODY_TOO_LARGE';
  if (status === 415) return 'UNSUPPORTED_ENCODING';
  return 'INVALID_REQUEST';
}
