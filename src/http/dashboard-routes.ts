import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../errors.ts';
import { quoted } from '../protocol/quoting.ts';
import { acceptedType } from './accepted-type.ts';
import { varyByCoding } from './packed-reply.ts';
import { type StaticFile, StaticFiles } from './static-files.ts';

/** Scripts and styles of this server alone, and no request to any other; scripts may still set the style of what they have made. */
const policy = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
const headers = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
/** Vite names what lies there after what it holds. */
const hashedFolder = 'assets/';
const prefix = '/dashboard/';

const notBuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Understudy</title>
<h1>The dashboard is not built</h1>
<p>Run <code>npm run build:dashboard</code> in the folder of Understudy, then load this page again. The server runs on meanwhile.</p>
<p>Reports are there without it: <a href="/?format=json">the paths of this server</a>.</p>
</html>
`;

/**
 * The dashboard: its page at `/`, for who likes HTML better than JSON, and what it is made of.
 *
 * @param root folder of the built files
 * @param index what everyone else gets
 */
export function dashboardRoutes(app: FastifyInstance, root: string, index: () => object): void {
  const files = new StaticFiles(root);
  app.get<{ Querystring: { format?: unknown } }>('/', async (request, reply) => {
    reply.header('vary', 'accept');
    const isPage = acceptedType(request.headers.accept, pageTypes, false);
    if (!isPage || request.query.format === 'json') return index();
    const page = await files.find('index.html', request.headers['accept-encoding']);
    if (page) return send(request, reply, page, 'no-cache');
    return reply
      .code(404)
      .headers({ ...headers, 'content-type': 'text/html; charset=utf-8' })
      .send(notBuilt);
  });
  app.get('/dashboard', (_request, reply) => reply.redirect('/'));
  app.get<{ Params: { '*': string } }>(`${prefix}*`, async (request, reply) => {
    const path = request.params['*'];
    const file = await files.find(path, request.headers['accept-encoding']);
    if (file) {
      const isHashed = path.startsWith(hashedFolder);
      return send(request, reply, file, isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    }
    const asked = quoted(`${prefix}${path}`);
    throw new UnderstudyError('NOT_FOUND', `there is no ${asked}; the dashboard is at GET /`);
  });
}

const pageTypes = {
  'text/html': true,
  'application/xhtml+xml': true,
  'application/json': false,
  '*/*': false,
};

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, mediaType, coding, etag }: StaticFile,
  cacheControl: string,
): FastifyReply {
  varyByCoding(reply);
  reply.headers({ ...headers, etag, 'cache-control': cacheControl });
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim());
  if (known?.includes(etag)) return reply.code(304).send();
  if (coding !== null) reply.header('content-encoding', coding);
  return reply.header('content-type', mediaType).send(body);
}
