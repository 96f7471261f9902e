import { expect } from 'vitest';
import { type ErrorCode, UnderstudyError } from '../../src/errors.ts';

/** The sentence of the refusal that `act` ends in; fails when it is not an UnderstudyError of that code. */
export function refusalOf(act: () => unknown, code: ErrorCode): string {
  let thrown: unknown = null;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, 'it was accepted').toBeInstanceOf(UnderstudyError);
  if (!(thrown instanceof UnderstudyError)) throw thrown;
  expect(thrown.code, thrown.message).toBe(code);
  return thrown.message;
}
