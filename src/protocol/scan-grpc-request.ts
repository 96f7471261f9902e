import { UnderstudyError } from '../errors.ts';
import { requestFields } from './decode-grpc-request.ts';
import { ProtobufReader } from './protobuf-reader.ts';

/** What a `ModelInferRequest` says of where it is to go. */
export interface GrpcAddress {
  readonly model: string;
  /** Null for whichever version answers. */
  readonly version: string | null;
}

/** A message has a field for each input, output and parameter; a million empty ones would keep the thread busy. */
const mostFields = 16_384;

/**
 * Reads what is needed to route a message and passes over the rest by its lengths: no tensor is looked at, so this
 * costs the same whatever the message carries.
 *
 * @throws UnderstudyError MALFORMED_MESSAGE, INVALID_UTF8 or INVALID_REQUEST
 */
export function scanGrpcRequest(message: Buffer): GrpcAddress {
  const reader = new ProtobufReader(message);
  let model = '';
  let version = '';
  for (let fields = 0; reader.next(); fields++) {
    if (fields === mostFields) {
      throw new UnderstudyError(
        'INVALID_REQUEST',
        `The message has more than ${mostFields} fields; a request needs one for each input, output and parameter.`,
      );
    }
    if (reader.field === requestFields.modelName) model = reader.text(() => 'The model name');
    else if (reader.field === requestFields.modelVersion) version = reader.text(() => 'The model version');
    else reader.skip();
  }
  return { model, version: version === '' ? null : version };
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
