import { UnderstudyError } from '../errors.ts';
import type { Lane } from '../inference/lane.ts';

/**
 * Holds the priority that a request asks for against the levels of its lane; 0 is for who asks for none.
 *
 * @throws UnderstudyError INVALID_REQUEST
 */
export function checkedPriority(lane: Lane, priority: number): number {
  if (priority <= lane.priorityLevels) return priority;
  throw new UnderstudyError(
    'INVALID_REQUEST',
    `The request parameter "priority" is ${priority}; this model has the levels 1 (the first to be served) to ${lane.priorityLevels}, and 0 is for the usual one.`,
  );
}

/** When a request must be run at the latest, monotonic microseconds; null where it can wait. */
export function deadlineAfter(
  arrivedMicroseconds: number,
  timeoutMicroseconds: number | null,
): number | null {
  return timeoutMicroseconds === null ? null : arrivedMicroseconds + timeoutMicroseconds;
}
