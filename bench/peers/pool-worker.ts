import { workerData } from 'node:worker_threads';
import { InferenceSession } from 'onnxruntime-node';
import { type MlpAnswer, type MlpRows, runMlp } from './mlp-answer.ts';
import { sessionOptions } from './session-options.ts';

const session = await InferenceSession.create(workerData as string, sessionOptions);

/** A task of a pool. */
export default (rows: MlpRows): Promise<MlpAnswer> => runMlp(session, rows);
