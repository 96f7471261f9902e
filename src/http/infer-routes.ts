import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { monotonicMicroseconds } from '../clock.ts';
import { UnderstudyError } from '../errors.ts';
import type { Lane } from '../inference/lane.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import type { BodyForm } from '../inference/messages/request-batch.ts';
import type { ServingTable } from '../inference/serving-table.ts';
import { noParameters } from '../protocol/request-parameters.ts';
import { scanSchedule } from '../protocol/scan-schedule.ts';
import { findModel } from '../serving/find-model.ts';
import { readHeaderContext } from '../serving/header-context.ts';
import { onlyModel, primaryLane } from '../serving/primary-lane.ts';
import { queueFull } from '../serving/queue-full.ts';
import { checkedPriority, deadlineAfter } from '../serving/schedule.ts';
import { acceptedCoding } from './accepted-coding.ts';
import type { ContentCoding } from './expander.ts';
import { leastPackedBytes, packed } from './packed-reply.ts';

interface ModelParameters {
  readonly model?: string;
  readonly version?: string;
}

/** The way of a request: find the lane, hand it the bytes, send the bytes it answers with. */
export function inferRoutes(app: FastifyInstance, table: ServingTable): void {
  const infer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { model, version } = request.params as ModelParameters;
    return send(request, reply, primaryLane(findModel(table, model!), version), 'infer');
  };
  app.post('/v2/models/:model/infer', infer);
  app.post('/v2/models/:model/versions/:version/infer', infer);
  app.post('/predict/:model', (request, reply) =>
    send(
      request,
      reply,
      primaryLane(findModel(table, (request.params as ModelParameters).model!)),
      'predict',
    ),
  );
  app.post('/predict', (request, reply) => send(request, reply, primaryLane(onlyModel(table)), 'predict'));
}

function send(request: FastifyRequest, reply: FastifyReply, lane: Lane, form: BodyForm): FastifyReply {
  const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
  const headerLength = form === 'infer' ? inferenceHeaderLength(request) : null;
  const { priority, timeoutMicroseconds } =
    form === 'infer' ? scanSchedule(body, headerLength ?? body.length) : noParameters;
  const arrivedMicroseconds = monotonicMicroseconds();
  const taken = lane.submit(
    {
      form,
      body,
      inferenceHeaderLength: headerLength,
      context: readHeaderContext(request.raw.headers, request.raw, headerValues),
      arrivedMicroseconds,
      arrivedMs: Date.now(),
      priority: checkedPriority(lane, priority),
      deadlineMicroseconds: deadlineAfter(arrivedMicroseconds, timeoutMicroseconds),
      attachment: null,
    },
    (answer) => answerWith(request, reply, answer),
  );
  if (!taken) throw queueFull();
  return reply.hijack();
}

/** Packs what is large where the client likes that; nearly all answers are small. */
function answerWith(request: FastifyRequest, reply: FastifyReply, answer: LaneReply): void {
  const { body } = answer;
  const coding = body.length < leastPackedBytes ? null : acceptedCoding(request.headers['accept-encoding']);
  if (coding === null) finish(reply, answer, body, null);
  else {
    packed(body, coding)
      .then((smaller) => finish(reply, answer, smaller.body, smaller.coding))
      .catch((error: Error) => reply.raw.destroy(error));
  }
}

function headerValues(request: IncomingMessage, name: string): readonly string[] {
  return request.headersDistinct[name] ?? [];
}

const json = 'application/json';
const octets = 'application/octet-stream';
/** Up to this size a body is cheaper to send in one piece with its header than as a piece of its own. */
const smallBody = 16_384;

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

function inferenceHeaderLength(request: FastifyRequest): number | null {
  const header = request.headers['inference-header-content-length'];
  if (header === undefined) return null;
  const length = typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN;
  if (Number.isNaN(length)) {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      'header Inference-Header-Content-Length is not a number of bytes; give the length of the JSON part of the body',
    );
  }
  return length;
}
