import { expect, it } from 'vitest';
import { UnderstudyError } from '../../src/errors.ts';
import { encodeError } from '../../src/protocol/encode-error.ts';

it('an error is an object with its sentence, escaped', () => {
  const body = encodeError(new UnderstudyError('WRONG_VALUE', 'Input "é" is \u0001.'));
  expect(Buffer.from(body).toString()).toBe('{"error":"Input \\"é\\" is \\u0001."}');
});
