import { UnderstudyError } from '../errors.ts';
import { requestFields } from './decode-grpc-request.ts';
import { GrpcRequestParameters } from './grpc-request-parameters.ts';
import { ProtobufReader } from './protobuf-reader.ts';

/** What a `ModelInferRequest` says of where and when it is to be run. */
export interface GrpcAddress {
  readonly model: string;
  /** Null for whichever version answers. */
  readonly version: string | null;
  /** 1 is the first to be served; 0 where the request does not say. */
  readonly priority: number;
  /** How long it may wait to be run; null where it does not say. */
  readonly timeoutMicroseconds: number | null;
}

/** A message has a field for each input, output and parameter; a million empty ones would keep the thread busy. */
const mostFields = 16_384;

/**
 * Reads what is needed to route a message and passes over the rest by its lengths: no tensor is looked at, so this
 * costs the same whatever the message carries.
 *
 * @throws UnderstudyError with a 4xx status
 */
export function scanGrpcRequest(message: Buffer): GrpcAddress {
  const reader = new ProtobufReader(message);
  let model = '';
  let version = '';
  let parameters: GrpcRequestParameters | null = null;
  for (let fields = 0; reader.next(); fields++) {
    if (fields === mostFields) {
      throw new UnderstudyError(
        'INVALID_REQUEST',
        `The message has more than ${mostFields} fields; a request needs one for each input, output and parameter.`,
      );
    }
    if (reader.field === requestFields.modelName) model = reader.text(() => 'The model name');
    else if (reader.field === requestFields.modelVersion) version = reader.text(() => 'The model version');
    else if (reader.field === requestFields.parameters) {
      parameters ??= new GrpcRequestParameters();
      parameters.add(reader);
    } else reader.skip();
  }
  return {
    model,
    version: version === '' ? null : version,
    priority: parameters?.priority ?? 0,
    timeoutMicroseconds: parameters?.timeoutMicroseconds ?? null,
  };
}

/** The id of a request, for who has to say which one an answer is for; empty where it has none or cannot be read. */
export function idOfGrpcRequest(message: Buffer): string {
  let id = '';
  try {
    const reader = new ProtobufReader(message);
    for (let fields = 0; fields < mostFields && reader.next(); fields++) {
      if (reader.field === requestFields.id) id = reader.text(() => 'The request id');
      else reader.skip();
    }
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
  }
  return id;
}
