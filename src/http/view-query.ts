import { sentenceOf, UnderstudyError } from '../errors.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';

/** What of a model is looked at. */
export interface ViewQuery {
  /** Version to compare with the primary; null for the first shadow. */
  readonly shadow: string | null;
  /** Event time, milliseconds since the epoch: from (included) to (excluded); null for no limit. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

export const viewParameters = ['shadow', 'from', 'to'] as const;

/** @throws UnderstudyError INVALID_QUERY */
export function viewQueryOf(query: Record<string, string | undefined>): ViewQuery {
  return { shadow: query.shadow ?? null, ...windowOf(query) };
}

function windowOf(query: Record<string, string | undefined>): Pick<ViewQuery, 'fromMs' | 'toMs'> {
  const [fromMs, toMs] = [timeOf(query, 'from'), timeOf(query, 'to')];
  if (fromMs !== null && toMs !== null && fromMs >= toMs) {
    throw new UnderstudyError('INVALID_QUERY', '"from" is not before "to", so the window holds nothing');
  }
  return { fromMs, toMs };
}

function timeOf(query: Record<string, string | undefined>, name: string): number | null {
  const text = query[name];
  if (text === undefined) return null;
  try {
    return parseTimestamp(text);
  } catch (cause) {
    // In a query a "+" means a space: the zone of 04:00+01:00 has to be written %2B01:00.
    const hint = / \d\d:?\d\d$/.test(text) ? '; in a URL write "+" as %2B' : '';
    throw new UnderstudyError('INVALID_QUERY', `"${name}": ${sentenceOf(cause)}${hint}`, { cause });
  }
}
