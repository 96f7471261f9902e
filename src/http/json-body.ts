import type { z } from 'zod';
import { sentencesOf } from '../config/sentences-of-issues.ts';
import { sentenceOf, UnderstudyError } from '../errors.ts';

/** Far more than any change of the server needs; it is read on the main thread. */
const mostBytes = 64 * 1024;

/**
 * Reads the small body of a call that changes the server; none is an empty object.
 *
 * @param body the bytes, or undefined
 * @throws UnderstudyError MALFORMED_JSON, INVALID_UTF8, INVALID_REQUEST, BODY_TOO_LARGE
 */
export function readJsonBody<Schema extends z.ZodType>(body: unknown, schema: Schema): z.output<Schema> {
  const bytes = body instanceof Uint8Array ? body : new Uint8Array();
  if (bytes.length > mostBytes) {
    throw new UnderstudyError('BODY_TOO_LARGE', `the body of this call has ${mostBytes} bytes at most`);
  }
  const parsed = schema.safeParse(bytes.length === 0 ? {} : jsonIn(bytes));
  if (parsed.success) return parsed.data;
  throw new UnderstudyError('INVALID_REQUEST', sentencesOf(parsed.error, schema));
}

function jsonIn(bytes: Uint8Array): unknown {
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UnderstudyError('INVALID_UTF8', 'the body is not valid UTF-8', { cause });
  }
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UnderstudyError('MALFORMED_JSON', `the body is not JSON: ${sentenceOf(cause)}`, { cause });
  }
}
