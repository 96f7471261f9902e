import { dirname } from 'node:path';
import fastify from 'fastify';
import { InferenceSession } from 'onnxruntime-node';
import { comparisonLines } from './comparison-lines.ts';
import { type InferRequest, inferAnswer, readRows } from './infer-json.ts';
import { runMlp } from './mlp-answer.ts';
import { sessionOptions } from './session-options.ts';

export interface ModelServerOptions {
  readonly model: string;
  readonly version: number;
  /** Writes what it answers beside the model, so that answers of two servers can be compared later. */
  readonly logs: boolean;
}

/** A server of one model and nothing else, to stand behind a proxy. */
const { model, version, logs } = JSON.parse(process.argv[2]!) as ModelServerOptions;
const session = await InferenceSession.create(model, sessionOptions);
const log = logs ? comparisonLines(dirname(model)) : null;
let answered = 0;

// It is the proxy that closes idle connections: one closed from here could just be getting a request.
const app = fastify({ keepAliveTimeout: 3_600_000 });
app.post<{ Body: InferRequest }>('/v2/models/mlp/infer', async ({ body, headers, id: generated }) => {
  const id = body.id ?? (headers['x-request-id'] as string | undefined) ?? generated;
  const answer = await runMlp(session, readRows(body));
  log?.info({ id, labels: answer.labels });
  answered++;
  return inferAnswer(id, version, answer);
});
app.get('/count', () => answered);
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
