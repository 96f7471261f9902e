import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import { acceptedCoding } from './accepted-coding.ts';
import { type ContentCoding, contentCodings } from './expander.ts';
import { leastPackedBytes, packed } from './packed-reply.ts';

const json = 'application/json';
const octets = 'application/octet-stream';
/** Up to this size a body is cheaper to send in one piece with its header than as a piece of its own. */
const smallBody = 16_384;

/** Sends the answer of a lane; packs what is large where the client likes that. Nearly all answers are small. */
export function sendAnswer(request: FastifyRequest, reply: FastifyReply, answer: LaneReply): void {
  const { body } = answer;
  const coding =
    body.length < leastPackedBytes
      ? null
      : acceptedCoding(request.headers['accept-encoding'], contentCodings);
  if (coding === null) finish(reply, answer, body, null);
  else {
    packed(body, coding)
      .then((smaller) => finish(reply, answer, smaller.body, smaller.coding))
      .catch((error: Error) => reply.raw.destroy(error));
  }
}

/**
 * Writes the answer to the socket: there is nothing left for the framework to do.
 *
 * @param body the answer's, packed with `coding` unless that is null
 */
function finish(
  { raw }: FastifyReply,
  { status, inferenceHeaderLength, body: unpacked }: LaneReply,
  body: Uint8Array,
  coding: ContentCoding | null,
): void {
  const headers: Record<string, string | number> = {
    'content-type': inferenceHeaderLength === null ? json : octets,
    'content-length': body.length,
  };
  if (inferenceHeaderLength !== null) headers['inference-header-content-length'] = inferenceHeaderLength;
  if (status === 503) headers['retry-after'] = 1;
  if (coding !== null) headers['content-encoding'] = coding;
  if (unpacked.length >= leastPackedBytes) headers.vary = 'accept-encoding';
  raw.writeHead(status, headers);
  // Latin-1 maps every byte to one character and back, so this is the body, byte for byte.
  if (body.length <= smallBody) raw.end(asBuffer(body).toString('latin1'), 'latin1');
  else raw.end(body);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
