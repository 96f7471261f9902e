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

/** The values of a header, each time it was given. */
export type HeaderValues<Source> = (source: Source, name: string) => readonly string[];

/**
 * What the headers of HTTP, or the metadata of gRPC, say of a request: `x-request-id`, `x-entity-id`, `x-timestamp`,
 * `x-segment-NAME`.
 *
 * @param names the headers that are there, as keys, in lower case
 * @returns null when they say nothing, which is the usual case
 */
export function readHeaderContext<Source>(
  names: Readonly<Record<string, unknown>>,
  source: Source,
  valuesOf: HeaderValues<Source>,
): RequestContext | null {
  let id: string | null = null;
  let entity: string | null = null;
  let timestampMs: number | null = null;
  let segments: Record<string, string> | null = null;
  for (const name in names) {
    if (!name.startsWith('x-')) continue;
    if (name === 'x-request-id') id = checkRequestId(single(valuesOf(source, name), name));
    else if (name === 'x-entity-id') entity = checkEntity(single(valuesOf(source, name), name));
    else if (name === 'x-timestamp') timestampMs = parseTimestamp(single(valuesOf(source, name), name));
    else if (name.startsWith(segmentPrefix)) {
      const segment = checkSegmentName(name.slice(segmentPrefix.length).replaceAll('-', '_'));
      segments ??= {};
      if (Object.hasOwn(segments, segment)) {
        throw new UnderstudyError(
          'DUPLICATE_NAME',
          `segment "${segment}" is given by two headers, of which one is ${name}; "-" and "_" are the same there`,
        );
      }
      segments[segment] = checkSegmentValue(segment, single(valuesOf(source, name), name));
      checkSegmentCount(Object.keys(segments).length);
    }
  }
  if (id === null && entity === null && segments === null && timestampMs === null) return null;
  return { id, entity, segments, timestampMs };
}

/** A header's one value as text. Node reads headers as Latin-1; people send UTF-8. */
function single(values: readonly string[], name: string): string {
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
