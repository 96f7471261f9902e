import { UnderstudyError } from '../../errors.ts';
import { encodeError } from '../../protocol/encode-error.ts';
import { encodeGrpcReply } from '../../protocol/encode-grpc-reply.ts';
import { encodeInferReply } from '../../protocol/encode-infer-reply.ts';
import { encodePredictReply } from '../../protocol/encode-predict-reply.ts';
import type { InferRequest } from '../../protocol/infer-request.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import { isMirrored, type LaneRequest } from '../messages/request-batch.ts';
import type { LoadedModel } from '../model/loaded-model.ts';
import type { Prediction } from '../outputs/prediction.ts';
import { asUnderstudyError } from './as-understudy-error.ts';
import type { Handled } from './handled.ts';

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  /** Length of the JSON part when binary tensors follow it. */
  readonly inferenceHeaderLength: number | null;
}

type Encoded = Omit<Answer, 'status'>;

const nothing: Encoded = { body: new Uint8Array(), inferenceHeaderLength: null };

/** What goes on the wire for a request. Nobody waits for the answer to a mirrored one, so that is not encoded. */
export function answerTo(request: LaneRequest, handled: Handled, loaded: LoadedModel): Answer {
  try {
    if (handled instanceof UnderstudyError) throw handled;
    const { job, result, predictions } = handled;
    const { outcome } = result;
    if (outcome.kind === 'error') throw outcome.error;
    const encoded = isMirrored(request)
      ? nothing
      : encodeAnswer(job.decoded, job.id, outcome.outputs, predictions, loaded);
    return { status: 200, ...encoded };
  } catch (thrown) {
    const error = asUnderstudyError(thrown);
    return { status: error.status, body: encodeError(error), inferenceHeaderLength: null };
  }
}

/** @throws UnderstudyError OUTPUT_NOT_JSON, or INVALID_REQUEST where `/predict` has nothing to say */
function encodeAnswer(
  { reply }: InferRequest,
  id: string,
  outputs: readonly Tensor[],
  predictions: () => readonly Prediction[],
  { signature: { model, version }, reading }: LoadedModel,
): Encoded {
  const named = (name: string): Tensor => outputs.find((output) => output.name === name)!;
  if (reply.kind === 'grpc') {
    const body = encodeGrpcReply({ model, version, id, outputs: reply.outputs.map(named), raw: reply.raw });
    return { body, inferenceHeaderLength: null };
  }
  if (reply.kind === 'infer') {
    const encoded = encodeInferReply({
      model,
      version,
      id,
      outputs: reply.outputs.map(({ name }) => named(name)),
      binary: reply.outputs.map(({ binary }) => binary),
    });
    return { body: encoded.body, inferenceHeaderLength: encoded.headerLength };
  }
  if (reading.kind === 'opaque') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `/predict has nothing to say for ${model}: ${reading.why}; ask /v2/models/${model}/infer for the outputs as they are`,
    );
  }
  const classNames = reading.kind === 'classification' ? reading.classNames : null;
  return {
    body: encodePredictReply({ id, model, version, predictions: predictions() }, classNames),
    inferenceHeaderLength: null,
  };
}
