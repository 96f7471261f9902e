import { UnderstudyError } from '../errors.ts';
import { readEntity, readSegment, readTimestamp, type Segments } from './context-values.ts';
import { describeValue } from './describe-value.ts';
import type { JsonReader } from './json-reader.ts';
import { NameTable } from './name-table.ts';
import {
  isSchedulingValue,
  type SchedulingParameter,
  timeoutOf,
  wrongScheduling,
} from './scheduling-parameters.ts';
import { SeenKeys } from './seen-keys.ts';
import { notHonoured } from './tensor-refusals.ts';

/** The request-level `parameters` that mean something here. */
export interface RequestParameters {
  readonly entity: string | null;
  readonly timestampMs: number | null;
  readonly timeoutMicroseconds: number | null;
  /** 1 is the first to be served; 0 where the request does not say. */
  readonly priority: number;
  readonly segments: Segments;
  readonly binaryOutput: boolean;
}

export const noParameters: RequestParameters = Object.freeze({
  entity: null,
  timestampMs: null,
  timeoutMicroseconds: null,
  priority: 0,
  segments: null,
  binaryOutput: false,
});

const keys = new NameTable([
  'entity',
  'timestamp',
  'binary_data_output',
  'sequence_id',
  'timeout',
  'priority',
]);
const segmentPrefix = 'segment.';

/** Reads the object at the reader. Parameters it does not know are ignored, as the protocol allows. */
export function readRequestParameters(reader: JsonReader): RequestParameters {
  expectParameters(reader, 'The request');
  const seen = new SeenKeys();
  let entity: string | null = null;
  let timestampMs: number | null = null;
  let timeoutMicroseconds: number | null = null;
  let priority = 0;
  let segments: Segments = null;
  let binaryOutput = false;
  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    switch (seen.next(reader, keys)) {
      case 0:
        entity = readEntity(reader);
        break;
      case 1:
        timestampMs = readTimestamp(reader);
        break;
      case 2:
        binaryOutput = readFlag(reader, 'The request parameter "binary_data_output"');
        break;
      case 3:
        throw notHonoured('The request parameter "sequence_id"', 'send each request by itself');
      case 4:
        timeoutMicroseconds = timeoutOf(readScheduling(reader, 'timeout'));
        break;
      case 5:
        priority = readScheduling(reader, 'priority');
        break;
      default:
        if (reader.text.startsWith(segmentPrefix)) {
          segments = readSegment(reader, reader.text.slice(segmentPrefix.length), segments);
        } else reader.skipValue();
    }
  }
  return { entity, timestampMs, timeoutMicroseconds, priority, segments, binaryOutput };
}

function readScheduling(reader: JsonReader, name: SchedulingParameter): number {
  const at = reader.position;
  const value = reader.peekKind() === 'number' ? reader.readDecimal() : Number.NaN;
  if (isSchedulingValue(value)) return value;
  reader.position = at;
  throw wrongScheduling(name, describeValue(reader));
}

export function expectParameters(reader: JsonReader, owner: string): void {
  if (reader.peekKind() === 'object') return;
  throw new UnderstudyError(
    'INVALID_REQUEST',
    `${owner}: "parameters" is ${describeValue(reader)}; it must be an object.`,
  );
}

export function readFlag(reader: JsonReader, what: string): boolean {
  if (reader.peekKind() === 'boolean') return reader.readBoolean();
  throw new UnderstudyError(
    'INVALID_REQUEST',
    `${what} is ${describeValue(reader)}; it must be true or false.`,
  );
}
