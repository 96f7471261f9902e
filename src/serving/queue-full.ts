import { UnderstudyError } from '../errors.ts';

/** What a request is told that a lane has not taken. */
export function queueFull(): UnderstudyError {
  return new UnderstudyError('QUEUE_FULL', 'the queue of this model is full; try again in a second');
}
