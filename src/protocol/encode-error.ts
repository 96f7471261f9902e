import type { UnderstudyError } from '../errors.ts';

/** `{"error": sentence}`, the body of every error. Sentences quote client text only in part, see `quoting.ts`. */
export function encodeError(error: UnderstudyError): Uint8Array {
  return Buffer.from(JSON.stringify({ error: error.message }), 'utf8');
}
