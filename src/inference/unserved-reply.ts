import { UnderstudyError } from '../errors.ts';
import { encodeError } from '../protocol/encode-error.ts';
import type { LaneReply } from './messages/reply-batch.ts';

/** The answer to a request that no worker has answered; INTERNAL where it is not known why. */
export function unservedReply(thrown: unknown): LaneReply {
  const error = knownError(thrown);
  return {
    unserved: error.code,
    status: error.status,
    body: encodeError(error),
    inferenceHeaderLength: null,
    rows: 0,
    queueMicroseconds: 0,
    inputMicroseconds: 0,
    computeMicroseconds: 0,
    outputMicroseconds: 0,
    notice: null,
  };
}

function knownError(error: unknown): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  return new UnderstudyError('INTERNAL', 'the worker that ran this request failed; the log has the details');
}
