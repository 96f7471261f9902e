import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorCode, UnderstudyError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { encodeError } from '../protocol/encode-error.ts';
import { quoted } from '../protocol/quoting.ts';
import { recordMethods } from './allowed-methods.ts';

/** The one place where an error becomes a reply: `{"error": sentence}` with the status of its code. */
export function replyWithErrors(app: FastifyInstance, logger: Logger): void {
  const allowedMethods = recordMethods(app);
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendError(reply, translate(error, request, logger)),
  );
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const shown = `${request.method} ${path.slice(0, 120)}`;
    const allowed = allowedMethods(path);
    if (allowed.length === 0) {
      sendError(reply, new UnderstudyError('NOT_FOUND', `there is no ${shown}; GET / lists the paths`));
      return;
    }
    const methods = allowed.join(', ');
    reply.header('allow', methods);
    sendError(reply, new UnderstudyError('METHOD_NOT_ALLOWED', `there is no ${shown}; it takes ${methods}`));
  });
}

/** For what fastify refuses before there is a route: a URL that cannot be read. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const path = quoted(request.url.split('?', 1)[0]!);
  sendError(
    reply,
    error.code === 'FST_ERR_BAD_URL'
      ? new UnderstudyError('INVALID_REQUEST', `the path ${path} is not percent-encoded as it should be`)
      : new UnderstudyError('NOT_FOUND', `there is no ${request.method} ${path}; GET / lists the paths`),
  );
}

function sendError(reply: FastifyReply, error: UnderstudyError): void {
  if (error.status === 503) reply.header('retry-after', '1');
  // A body that was refused before it was read would be taken for the next request.
  const { method, complete } = reply.request.raw;
  const isUnread = error.status === 503 && method === 'POST' && !complete;
  if (error.status === 413 || error.status === 415 || isUnread) reply.header('connection', 'close');
  reply
    .code(error.status)
    .header('content-type', 'application/json')
    .send(Buffer.from(encodeError(error)));
}

function translate(error: FastifyError, request: FastifyRequest, logger: Logger): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  const status = error.statusCode ?? 500;
  if (status === 415) {
    const type = quoted(request.headers['content-type'] ?? '');
    return new UnderstudyError(
      'UNSUPPORTED_ENCODING',
      `the content-type ${type} is no media type; send application/json, application/octet-stream, or none`,
      { cause: error },
    );
  }
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

/** For what fastify itself refuses: a body longer than it said, say. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'NOT_FOUND';
  if (status === 413) return 'BODY_TOO_LARGE';
  return 'INVALID_REQUEST';
}
