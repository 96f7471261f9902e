import { UnderstudyError } from '../errors.ts';
import { BytePattern } from './byte-pattern.ts';
import { JsonReader } from './json-reader.ts';
import { NameTable } from './name-table.ts';
import { noParameters, type RequestParameters, readRequestParameters } from './request-parameters.ts';
import { SeenKeys } from './seen-keys.ts';

const parametersWord = new BytePattern('"parameters"');
const words = [new BytePattern('"timeout"'), new BytePattern('"priority"')];
const keys = new NameTable(['parameters']);

/**
 * When a request in JSON asks to be run: its parameters where they speak of that, else none. A body without these words, which is nearly every one, is not read for it. What is wrong is told by the worker.
 *
 * @param jsonLength length of the JSON at the start of the body
 */
export function scanSchedule(
  body: Buffer,
  jsonLength: number,
): Pick<RequestParameters, 'timeoutMicroseconds' | 'priority'> {
  const json = jsonLength < body.length ? body.subarray(0, jsonLength) : body;
  if (!parametersWord.isIn(json) || !words.some((word) => word.isIn(json))) return noParameters;
  try {
    return parametersIn(new JsonReader(json, json.length));
  } catch (error) {
    if (error instanceof UnderstudyError) return noParameters;
    throw error;
  }
}

function parametersIn(reader: JsonReader): RequestParameters {
  const seen = new SeenKeys();
  if (reader.peekKind() !== 'object') return noParameters;
  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    if (seen.next(reader, keys) === 0) return readRequestParameters(reader);
    reader.skipValue();
  }
  return noParameters;
}
