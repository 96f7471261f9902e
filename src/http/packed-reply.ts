import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { acceptedCoding } from './accepted-coding.ts';
import { type ContentCoding, contentCodings } from './expander.ts';

const packers = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** A smaller answer is sent sooner as it is than packed on another thread. */
export const leastPackedBytes = 4096;
/** Of nine; each further one costs more time than a network between machines gives back. */
const level = 1;

/** The body packed, on a thread of Node's pool; as it is where packing does not make it smaller. */
export async function packed(
  body: Uint8Array,
  coding: ContentCoding,
): Promise<{ readonly body: Uint8Array; readonly coding: ContentCoding | null }> {
  const smaller = await packers[coding](body, { level });
  return smaller.length < body.length ? { body: smaller, coding } : { body, coding: null };
}

/** Packs the answers of all routes that leave them to the framework: reports, metrics, metadata. */
export function packReplies(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const isText = typeof payload === 'string';
    if (!isText && !(payload instanceof Uint8Array)) return payload;
    if (reply.hasHeader('content-encoding')) return payload;
    const body = isText ? Buffer.from(payload) : payload;
    if (body.length < leastPackedBytes) return payload;
    varyByCoding(reply);
    const coding = acceptedCoding(request.headers['accept-encoding'], contentCodings);
    if (coding === null) return payload;
    const { body: smaller, coding: used } = await packed(body, coding);
    if (used === null) return payload;
    reply.header('content-encoding', used);
    reply.removeHeader('content-length');
    return smaller;
  });
}

/** What a cache keeps of a packed answer is no answer to who does not read it. */
export function varyByCoding(reply: FastifyReply): void {
  const vary = String(reply.getHeader('vary') ?? '');
  if (vary.includes('accept-encoding')) return;
  reply.header('vary', vary === '' ? 'accept-encoding' : `${vary}, accept-encoding`);
}
