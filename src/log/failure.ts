import { type ErrorCode, sentenceOf, UnderstudyError } from '../errors.ts';

/** An error on its way between threads: structured clone would lose the code. */
export interface Failure {
  readonly code: ErrorCode | null;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  return { code: error instanceof UnderstudyError ? error.code : null, message: sentenceOf(error) };
}

export function errorOf(failure: Failure): Error {
  return failure.code === null
    ? new Error(failure.message)
    : new UnderstudyError(failure.code, failure.message);
}
