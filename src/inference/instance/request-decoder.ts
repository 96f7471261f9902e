import { randomUUID } from 'node:crypto';
import type { UnderstudyError } from '../../errors.ts';
import { decodeGrpcRequest } from '../../protocol/decode-grpc-request.ts';
import { decodeInferRequest } from '../../protocol/decode-infer-request.ts';
import { decodePredictRequest } from '../../protocol/decode-predict-request.ts';
import type { InferRequest } from '../../protocol/infer-request.ts';
import { checkSegmentCount } from '../../protocol/request-context.ts';
import type { ModelSignature } from '../../protocol/signature.ts';
import { isMirrored, type LaneRequest } from '../messages/request-batch.ts';
import { asUnderstudyError } from './as-understudy-error.ts';
import type { Job } from './batch-runner.ts';
import { rowCount } from './row-batching.ts';

export interface DecodedJob extends Job {
  readonly decoded: InferRequest;
  readonly id: string;
}

/** Makes jobs of the requests to one model, and gives ids to those that bring none. */
export class RequestDecoder {
  readonly #signature: ModelSignature;
  /** A random start and a count: as unique as random ids, and much cheaper to make. */
  readonly #idPrefix = randomUUID();
  #ids = 0;

  constructor(signature: ModelSignature) {
    this.#signature = signature;
  }

  /** Returns what is wrong with the request instead of throwing it: others of its batch go on. */
  decode(request: LaneRequest): DecodedJob | UnderstudyError {
    try {
      const decoded = this.#decodeBody(request);
      if (request.context?.segments && decoded.segments) {
        checkSegmentCount(Object.keys({ ...request.context.segments, ...decoded.segments }).length);
      }
      const id = decoded.id ?? request.context?.id ?? (isMirrored(request) ? '' : this.#newId());
      return {
        ...{ decoded, id, inputs: decoded.inputs, rows: rowCount(decoded.inputs) ?? 1 },
        deadlineMicroseconds: request.deadlineMicroseconds,
      };
    } catch (error) {
      return asUnderstudyError(error);
    }
  }

  #decodeBody({ form, body, inferenceHeaderLength }: LaneRequest): InferRequest {
    switch (form) {
      case 'infer':
        return decodeInferRequest(body, inferenceHeaderLength, this.#signature);
      case 'predict':
        return decodePredictRequest(body, this.#signature);
      case 'grpc':
        return decodeGrpcRequest(body, this.#signature);
    }
  }

  #newId(): string {
    return `${this.#idPrefix}-${(this.#ids++).toString(36)}`;
  }
}
