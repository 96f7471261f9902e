import { UnderstudyError } from '../errors.ts';
import { readEntity, readId, readSegment, readTimestamp, type Segments } from './context-values.ts';
import { describeValue } from './describe-value.ts';
import type { InferRequest } from './infer-request.ts';
import { JsonReader } from './json-reader.ts';
import { NameTable } from './name-table.ts';
import { listed, quoted } from './quoting.ts';
import { readFeatures } from './read-features.ts';
import { SeenKeys } from './seen-keys.ts';
import type { ModelSignature } from './signature.ts';
import type { Tensor } from './tensor.ts';

const keys = new NameTable(['id', 'features', 'segments', 'entity', 'timestamp']);
const noKeys = new NameTable([]);

/**
 * Decodes the short form, `{"id","features","segments","entity","timestamp"}`. Unlike the protocol's request it
 * is this server's own, so a key it does not know is refused rather than ignored.
 *
 * @throws UnderstudyError with a 4xx status and a sentence for everything a body can do wrong
 */
export function decodePredictRequest(body: Uint8Array, signature: ModelSignature): InferRequest {
  const reader = new JsonReader(body);
  if (reader.peekKind() !== 'object') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `The body is ${describeValue(reader)}; it must be an object with "features".`,
    );
  }
  const seen = new SeenKeys();
  let id: string | null = null;
  let inputs: readonly Tensor[] | null = null;
  let segments: Segments = null;
  let entity: string | null = null;
  let timestampMs: number | null = null;
  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    switch (seen.next(reader, keys)) {
      case 0:
        id = readId(reader);
        break;
      case 1:
        inputs = readFeatures(reader, signature);
        break;
      case 2:
        segments = readSegments(reader);
        break;
      case 3:
        entity = readEntity(reader);
        break;
      case 4:
        timestampMs = readTimestamp(reader);
        break;
      default:
        throw new UnderstudyError(
          'INVALID_REQUEST',
          `The body has a key ${quoted(reader.text)} that is not known; it may have ${listed(keys.names)}.`,
        );
    }
  }
  reader.expectEnd();
  if (inputs === null) {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      'The body has no "features"; give the features of one row or more.',
    );
  }
  return { id, entity, timestampMs, segments, inputs, reply: { kind: 'predict' } };
}

function readSegments(reader: JsonReader): Segments {
  const kind = reader.peekKind();
  if (kind === 'null') return reader.readNull();
  if (kind !== 'object') {
    throw new UnderstudyError(
      'INVALID_SEGMENT',
      `"segments" is ${describeValue(reader)}; it must be an object such as {"country": "DE"}.`,
    );
  }
  const seen = new SeenKeys();
  let segments: Segments = null;
  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    seen.next(reader, noKeys);
    segments = readSegment(reader, reader.text, segments);
  }
  return segments;
}
