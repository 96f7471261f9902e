import type { IncomingMessage } from 'node:http';
import { UnderstudyError } from '../errors.ts';
import type { RequestContext } from '../inference/messages/request-context.ts';
import {
  checkEntity,
  checkRequestId,
  checkSegmentCount,
  checkSegmentName,
  checkSegmentValue,
} from '../protocol/request-context.ts';
import { parseTimestamp } from '../protocol/timestamp.ts';

const segmentPrefix = 'x-segment-';

/**
 * What the headers say of a request: `x-request-id`, `x-entity-id`, `x-timestamp`, `x-segment-NAME`.
 *
 * @returns null when they say nothing, which is the usual case
 */
export function readRequestContext(request: IncomingMessage): RequestContext | null {
  let id: string | null = null;
  let entity: string | null = null;
  let timestampMs: number | null = null;
  let segments: Record<string, string> | null = null;
  for (const name in request.headers) {
    if (!name.startsWith('x-')) continue;
    if (name === 'x-request-id') id = checkRequestId(single(request, name));
    else if (name === 'x-entity-id') entity = checkEntity(single(request, name));
    else if (name === 'x-timestamp') timestampMs = parseTimestamp(single(request, name));
    else if (name.startsWith(segmentPrefix)) {
      const segment = checkSegmentName(name.slice(segmentPrefix.length).replaceAll('-', '_'));
      segments ??= {};
      if (Object.hasOwn(segments, segment)) {
        throw new UnderstudyError(
          'DUPLICATE_NAME',
          `segment "${segment}" is given by two headers, of which one is ${name}; "-" and "_" are the same there`,
        );
      }
      segments[segment] = checkSegmentValue(segment, single(request, name));
      checkSegmentCount(Object.keys(segments).length);
    }
  }
  if (id === null && entity === null && segments === null && timestampMs === null) return null;
  return { id, entity, segments, timestampMs };
}

/** A header's one value as text. Node reads headers as Latin-1; people send UTF-8. */
function single(request: IncomingMessage, name: string): string {
  const values = request.headersDistinct[name] ?? [];
  if (values.length !== 1)
    throw new UnderstudyError(
      'DUPLICATE_NAME',
      `header ${name} is given ${values.length} times; give it once`,
    );
  const text = values[0]!;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII, as meant
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch (cause) {
    throw new UnderstudyError('INVALID_UTF8', `header ${name} is not valid UTF-8`, { cause });
  }
}
