import { sentenceOf, UnderstudyError } from '../../errors.ts';

/** INTERNAL, unless it is known what it is. */
export function asUnderstudyError(error: unknown): UnderstudyError {
  if (error instanceof UnderstudyError) return error;
  return new UnderstudyError('INTERNAL', `the server failed on this request: ${sentenceOf(error)}`, {
    cause: error,
  });
}
