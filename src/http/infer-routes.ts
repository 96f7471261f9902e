import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { monotonicMicroseconds } from '../clock.ts';
import { UnderstudyError } from '../errors.ts';
import type { Lane } from '../inference/lane.ts';
import type { LaneReply } from '../inference/reply-batch.ts';
import type { BodyForm } from '../inference/request-batch.ts';
import type { ServedModel, ServingTable } from '../inference/serving-table.ts';
import { findModel } from './find-model.ts';
import { refusalOf } from './model-state.ts';
import { readRequestContext } from './request-context.ts';

interface ModelParameters {
  readonly model?: string;
  readonly version?: string;
}

/** The way of a request: find the lane, hand it the bytes, send the bytes it answers with. */
export function inferRoutes(app: FastifyInstance, table: ServingTable): void {
  const infer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { model, version } = request.params as ModelParameters;
    return send(request, reply, laneOf(findModel(table, model!), version), 'infer');
  };
  app.post('/v2/models/:model/infer', infer);
  app.post('/v2/models/:model/versions/:version/infer', infer);
  app.post('/predict/:model', (request, reply) =>
    send(request, reply, laneOf(findModel(table, (request.params as ModelParameters).model!)), 'predict'),
  );
  app.post('/predict', (request, reply) => send(request, reply, laneOf(onlyModel(table)), 'predict'));
}

function send(request: FastifyRequest, reply: FastifyReply, lane: Lane, form: BodyForm): FastifyReply {
  const taken = lane.submit(
    {
      form,
      body: (request.body as Buffer | undefined) ?? Buffer.alloc(0),
      inferenceHeaderLength: form === 'infer' ? inferenceHeaderLength(request) : null,
      context: readRequestContext(request.raw),
      arrivedMicroseconds: monotonicMicroseconds(),
      arrivedMs: Date.now(),
      attachment: null,
    },
    (answer) => finish(reply, answer),
  );
  if (!taken) {
    throw new UnderstudyError('QUEUE_FULL', 'the queue of this model is full; try again in a second');
  }
  // The reply is sent by the lane's answer.
  return reply;
}

function finish(reply: FastifyReply, answer: LaneReply): void {
  if (answer.status === 503) reply.header('retry-after', '1');
  if (answer.inferenceHeaderLength === null) reply.header('content-type', 'application/json');
  else {
    reply.header('content-type', 'application/octet-stream');
    reply.header('inference-header-content-length', answer.inferenceHeaderLength);
  }
  reply.code(answer.status).send(answer.body);
}

function laneOf(model: ServedModel, version?: string): Lane {
  if (version !== undefined && version !== model.primaryVersion) {
    const known = model.versions.find((served) => served.version === version);
    const primary = model.primaryVersion === null ? '' : `; version ${model.primaryVersion} answers`;
    const why = !known
      ? `there is no version ${version.slice(0, 40)} of model ${model.name}`
      : known.role === null
        ? `version ${version} of model ${model.name} has no role`
        : `version ${version} of model ${model.name} is a ${known.role} and answers no users`;
    throw new UnderstudyError('UNKNOWN_VERSION', `${why}${primary}`);
  }
  if (model.lane) return model.lane;
  throw new UnderstudyError('MODEL_NOT_READY', `model ${model.name} is not ready: ${refusalOf(model)}`);
}

function onlyModel(table: ServingTable): ServedModel {
  const models = table.list();
  if (models.length === 1) return models[0]!;
  const byDefault = table.find('default');
  if (byDefault) return byDefault;
  throw new UnderstudyError(
    'UNKNOWN_MODEL',
    models.length === 0
      ? 'no model is being served; put ONNX files into the model repository'
      : `say which model: /predict/MODEL with one of ${models.map((model) => model.name).join(', ')}`,
  );
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
