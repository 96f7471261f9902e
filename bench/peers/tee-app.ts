import fastify from 'fastify';
import { InferenceSession } from 'onnxruntime-node';
import { comparisonLines } from './comparison-lines.ts';
import { type InferRequest, inferAnswer, readRows } from './infer-json.ts';
import { agree, type MlpAnswer, type MlpRows, runMlp } from './mlp-answer.ts';
import { type MlpFiles, versions } from './mlp-versions.ts';
import type { Shadow } from './peer-options.ts';
import type { RequestCounts } from './request-counts.ts';
import { sessionOptions } from './session-options.ts';

/**
 * The obvious tee, as one writes it in an afternoon: a route, and two sessions in the process that serves; the primary is
 * awaited, the shadow is not. It counts into `own` and tells `total`. Resolves with its URL.
 */
export async function startTee(
  files: MlpFiles,
  shadow: Shadow,
  own: RequestCounts,
  total: () => RequestCounts | Promise<RequestCounts>,
): Promise<string> {
  const primarySession = await InferenceSession.create(files.primary, sessionOptions);
  const shadowSession = await InferenceSession.create(files.shadow, sessionOptions);
  const log = comparisonLines(files.folder);

  const compare = async (id: string, rows: MlpRows, primary: MlpAnswer): Promise<void> => {
    const answer = await runMlp(shadowSession, rows);
    log.info({ id, primary: primary.labels, shadow: answer.labels, agree: agree(primary, answer) });
    own.shadowed++;
  };

  const app = fastify();
  app.post<{ Body: InferRequest }>('/v2/models/mlp/infer', async (request) => {
    const id = request.body.id ?? request.id;
    const rows = readRows(request.body);
    const answer = await runMlp(primarySession, rows);
    own.served++;
    // It runs in a later turn of the event loop: the answer is written first.
    if (shadow !== 'off') compare(id, rows, answer).catch((error: Error) => log.error(error, id));
    return inferAnswer(id, versions.primary, answer);
  });
  app.get('/counts/served', async () => (await total()).served);
  app.get('/counts/shadowed', async () => (await total()).shadowed);
  return app.listen({ host: '127.0.0.1', port: 0 });
}
