import { UnderstudyError } from '../../errors.ts';
import { encodeGrpcReply } from '../../protocol/encode-grpc-reply.ts';
import { encodeInferReply } from '../../protocol/encode-infer-reply.ts';
import { encodePredictReply } from '../../protocol/encode-predict-reply.ts';
import type { InferRequest } from '../../protocol/infer-request.ts';
import type { Tensor } from '../../protocol/tensor.ts';
import type { LoadedModel } from '../model/loaded-model.ts';
import type { Prediction } from '../outputs/prediction.ts';

export interface Answer {
  readonly body: Uint8Array;
  /** Length of the JSON part when binary tensors follow it. */
  readonly inferenceHeaderLength: number | null;
}

/** @throws UnderstudyError OUTPUT_NOT_JSON, or INVALID_REQUEST where `/predict` has nothing to say */
export function encodeAnswer(
  { reply }: InferRequest,
  id: string,
  outputs: readonly Tensor[],
  predictions: () => readonly Prediction[],
  { signature: { model, version }, reading }: LoadedModel,
): Answer {
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
