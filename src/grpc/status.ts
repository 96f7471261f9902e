import { status } from '@grpc/grpc-js';
import { UnderstudyError } from '../errors.ts';
import type { LaneReply } from '../inference/messages/reply-batch.ts';
import { errorSentence } from '../serving/error-sentence.ts';

/** How a call ends that is not answered. */
export interface CallStatus {
  readonly code: status;
  /** The sentence that HTTP would answer. */
  readonly details: string;
}

/** By the HTTP status of an error, so that both transports tell the same kinds apart. */
const codes: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  415: status.UNIMPLEMENTED,
  422: status.FAILED_PRECONDITION,
  499: status.CANCELLED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

export function statusOfError(error: UnderstudyError): CallStatus {
  return callStatus(error.status, error.message);
}

/** Of a reply that is an error. */
export function statusOfReply(reply: LaneReply): CallStatus {
  return callStatus(reply.status, errorSentence(reply));
}

/** Of anything thrown; what is no UnderstudyError is a defect, which `report` is told. */
export function statusOfThrown(thrown: unknown, report: (error: unknown) => void): CallStatus {
  if (thrown instanceof UnderstudyError) return statusOfError(thrown);
  report(thrown);
  return callStatus(500, 'the server failed on this request; its log has the details');
}

function callStatus(httpStatus: number, sentence: string): CallStatus {
  // Half a surrogate pair cannot be percent-encoded, as the status of a call is.
  return { code: codes[httpStatus] ?? status.INTERNAL, details: sentence.toWellFormed() };
}
