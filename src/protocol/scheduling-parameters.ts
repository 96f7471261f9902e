import { UnderstudyError } from '../errors.ts';

/** Request parameters of Triton's schedule policy extension. */
export type SchedulingParameter = 'timeout' | 'priority';

const takes: Readonly<Record<SchedulingParameter, string>> = {
  timeout: 'a whole number of microseconds, 0 for none',
  priority: 'a whole number, 1 for the first to be served, 0 for the usual',
};

export function isSchedulingValue(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** As in Triton, 0 is none. */
export function timeoutOf(microseconds: number): number | null {
  return microseconds === 0 ? null : microseconds;
}

/** @param found what it is instead, in words */
export function wrongScheduling(name: SchedulingParameter, found: string): UnderstudyError {
  return new UnderstudyError(
    'INVALID_REQUEST',
    `The request parameter "${name}" is ${found}; it must be ${takes[name]}.`,
  );
}
