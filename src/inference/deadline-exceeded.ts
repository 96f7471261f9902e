import { UnderstudyError } from '../errors.ts';

/** What a request is told that was not run in time. */
export function deadlineExceeded(): UnderstudyError {
  return new UnderstudyError(
    'DEADLINE_EXCEEDED',
    'the request was not run before its timeout; give it more time, or ask again when the server is less busy',
  );
}
