import { UnderstudyError } from '../errors.ts';

/** As fastify reads it. */
export type Query = Record<string, string | string[] | undefined>;

/** Of one answer. */
const maxRows = 1000;

/** Unknown parameters are refused: one that is misspelt would otherwise be passed over in silence. */
export function readQuery(query: Query, allowed: readonly string[]): Record<string, string | undefined> {
  const read: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(query)) {
    if (!allowed.includes(name)) {
      throw new UnderstudyError(
        'INVALID_QUERY',
        `query parameter "${name.slice(0, 40)}" is unknown; there are ${allowed.join(', ')}`,
      );
    }
    if (Array.isArray(value)) {
      throw new UnderstudyError(
        'INVALID_QUERY',
        `query parameter "${name}" is given ${value.length} times; give it once`,
      );
    }
    read[name] = value;
  }
  return read;
}

/** How many rows are asked for. @throws UnderstudyError INVALID_QUERY */
export function limitIn(text: string | undefined, leftOut: number): number {
  const limit = text === undefined ? leftOut : /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= maxRows) return limit;
  throw new UnderstudyError('INVALID_QUERY', `"limit" is a whole number from 1 to ${maxRows}`);
}
