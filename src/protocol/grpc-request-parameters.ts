import { UnderstudyError } from '../errors.ts';
import { type Segments, withSegment } from './context-values.ts';
import { describeParameter, type ParameterValue, readParameter, SeenParameters } from './grpc-parameter.ts';
import type { ProtobufReader } from './protobuf-reader.ts';
import { quoted } from './quoting.ts';
import { checkEntity, checkSegmentName } from './request-context.ts';
import {
  isSchedulingValue,
  type SchedulingParameter,
  timeoutOf,
  wrongScheduling,
} from './scheduling-parameters.ts';
import { notHonoured } from './tensor-refusals.ts';
import { parseTimestamp } from './timestamp.ts';

const segmentPrefix = 'segment.';
const owner = (): string => 'The request';

/** The request-level `parameters` of a gRPC request as they come, one map entry after the other. */
export class GrpcRequestParameters {
  readonly #seen = new SeenParameters();
  entity: string | null = null;
  timestampMs: number | null = null;
  timeoutMicroseconds: number | null = null;
  /** 1 is the first to be served; 0 where the request does not say. */
  priority = 0;
  segments: Segments = null;
  /** Null where the request does not say. */
  binaryOutput: boolean | null = null;

  /** Reads the entry at the reader. Parameters it does not know are ignored, as the protocol allows. */
  add(reader: ProtobufReader): void {
    const { name, value } = readParameter(reader, owner);
    this.#seen.add(name, owner);
    switch (name) {
      case 'entity':
        this.entity = checkEntity(textOf(value, 'The entity'));
        break;
      case 'timestamp':
        if (typeof value !== 'string')
          throw unusable('The timestamp', value, 'a string such as "2026-11-23T15:11:00Z"');
        this.timestampMs = parseTimestamp(value);
        break;
      case 'binary_data_output':
        if (typeof value !== 'boolean') {
          throw new UnderstudyError(
            'INVALID_REQUEST',
            `The request parameter "binary_data_output" is ${describeParameter(value)}; it must be true or false.`,
          );
        }
        this.binaryOutput = value;
        break;
      case 'timeout':
        this.timeoutMicroseconds = timeoutOf(schedulingValue(name, value));
        break;
      case 'priority':
        this.priority = schedulingValue(name, value);
        break;
      case 'sequence_id':
        throw notHonoured('The request parameter "sequence_id"', 'send each request by itself');
      default:
        if (name.startsWith(segmentPrefix)) this.#addSegment(name.slice(segmentPrefix.length), value);
    }
  }

  #addSegment(name: string, value: ParameterValue): void {
    const lower = checkSegmentName(name);
    const text = textOf(value, `The value of the segment ${quoted(lower)}`);
    this.segments = withSegment(lower, text, this.segments);
  }
}

function schedulingValue(name: SchedulingParameter, value: ParameterValue): number {
  if (typeof value === 'number' && isSchedulingValue(value)) return value;
  throw wrongScheduling(name, describeParameter(value));
}

function textOf(value: ParameterValue, what: string): string {
  if (value === null) throw unusable(what, value, 'a string, a number or a boolean');
  return String(value);
}

function unusable(what: string, value: ParameterValue, wanted: string): UnderstudyError {
  return new UnderstudyError(
    'INVALID_SEGMENT',
    `${what} is ${describeParameter(value)}; it must be ${wanted}.`,
  );
}
