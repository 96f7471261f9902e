import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { monotonicMicroseconds } from '../clock.ts';
import { UnderstudyError } from '../errors.ts';
import type { BodyForm } from '../inference/messages/request-batch.ts';
import type { ServedModel, ServingTable } from '../inference/serving-table.ts';
import { noParameters } from '../protocol/request-parameters.ts';
import { scanSchedule } from '../protocol/scan-schedule.ts';
import { findModel } from '../serving/find-model.ts';
import { readHeaderContext } from '../serving/header-context.ts';
import { onlyModel, primaryLane } from '../serving/primary-lane.ts';
import { queueFull } from '../serving/queue-full.ts';
import { checkedPriority, deadlineAfter } from '../serving/schedule.ts';
import type { RequestTrace, Tracing } from '../tracing/request-trace.ts';
import { beginHttpTrace, endHttpTrace, failHttpTrace } from './http-trace.ts';
import { sendAnswer } from './infer-reply.ts';

interface ModelParameters {
  readonly model?: string;
  readonly version?: string;
}

/** The way of a request: find the lane, hand it the bytes, send the bytes it answers with. */
export function inferRoutes(app: FastifyInstance, table: ServingTable, tracing: Tracing | null): void {
  const handle = (request: FastifyRequest, reply: FastifyReply, form: BodyForm): FastifyReply => {
    const trace = tracing === null ? null : beginHttpTrace(tracing, request);
    try {
      const { model: name, version } = request.params as ModelParameters;
      const model = name === undefined ? onlyModel(table) : findModel(table, name);
      submit(request, reply, model, version, form, trace);
    } catch (error) {
      if (trace) failHttpTrace(trace, error);
      throw error;
    }
    return reply.hijack();
  };
  const infer = (request: FastifyRequest, reply: FastifyReply) => handle(request, reply, 'infer');
  app.post('/v2/models/:model/infer', infer);
  app.post('/v2/models/:model/versions/:version/infer', infer);
  const predict = (request: FastifyRequest, reply: FastifyReply) => handle(request, reply, 'predict');
  app.post('/predict/:model', predict);
  app.post('/predict', predict);
}

function submit(
  request: FastifyRequest,
  reply: FastifyReply,
  model: ServedModel,
  version: string | undefined,
  form: BodyForm,
  trace: RequestTrace | null,
): void {
  const lane = primaryLane(model, version);
  const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
  const headerLength = form === 'infer' ? inferenceHeaderLength(request) : null;
  const { priority, timeoutMicroseconds } =
    form === 'infer' ? scanSchedule(body, headerLength ?? body.length) : noParameters;
  const arrivedMicroseconds = monotonicMicroseconds();
  const arrivedMs = Date.now();
  if (version !== undefined) lane.statistics.countPinned(arrivedMs);
  const taken = lane.submit(
    {
      form,
      body,
      inferenceHeaderLength: headerLength,
      context: readHeaderContext(request.raw.headers, request.raw, headerValues),
      arrivedMicroseconds,
      arrivedMs,
      priority: checkedPriority(lane, priority),
      deadlineMicroseconds: deadlineAfter(arrivedMicroseconds, timeoutMicroseconds),
      attachment: null,
      trace,
    },
    (answer) => {
      sendAnswer(request, reply, answer);
      if (trace) endHttpTrace(trace, model, arrivedMicroseconds, answer);
    },
  );
  if (!taken) throw queueFull();
}

function headerValues(request: IncomingMessage, name: string): readonly string[] {
  return request.headersDistinct[name] ?? [];
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
