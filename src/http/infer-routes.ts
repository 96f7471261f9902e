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
    (answer) => finish(reply, answer),
  );
  if (!taken) throw queueFull();
  return reply.hijack();
}

function headerValues(request: IncomingMessage, name: string): readonly string[] {
  return request.headersDistinct[name] ?? [];
}

const json = 'application/json';
const octets = 'application/octet-stream';
/** Up to this size a body is cheaper to send in one piece with its header than as a piece of its own. */
const smallBody = 16_384;

/** Writes the answer to the socket as it is: there is nothing left for the framework to do. */
function finish(reply: FastifyReply, answer: LaneReply): void {
  const headers: Record<string, string | number> = {
    'content-type': answer.inferenceHeaderLength === null ? json : octets,
    'content-length': answer.body.length,
  };
  if (answer.inferenceHeaderLength !== null) {
    headers['inference-header-content-length'] = answer.inferenceHeaderLength;
  }
  if (answer.status === 503) headers['retry-after'] = 1;
  reply.raw.writeHead(answer.status, headers);
  // Latin-1 maps every byte to one character and back, so this is the body, byte for byte.
  if (answer.body.length <= smallBody) reply.raw.end(asBuffer(answer.body).toString('latin1'), 'latin1');
  else reply.raw.end(answer.body);
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
