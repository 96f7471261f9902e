import { UnderstudyError } from '../errors.ts';
import { decodeBinaryTensor } from './binary-tensor.ts';
import { readId } from './context-values.ts';
import { decodeRawRequest } from './decode-raw-request.ts';
import { describeValue } from './describe-value.ts';
import type { InferRequest } from './infer-request.ts';
import type { InputDraft } from './input-draft.ts';
import { JsonReader } from './json-reader.ts';
import { NameTable } from './name-table.ts';
import { counted, quoted } from './quoting.ts';
import { readInput } from './read-input.ts';
import { noParameters, readRequestParameters } from './request-parameters.ts';
import { type RequestedOutput, readRequestedOutputs } from './requested-outputs.ts';
import { SeenKeys } from './seen-keys.ts';
import type { ModelSignature } from './signature.ts';
import { planOf } from './signature-plan.ts';
import type { Tensor } from './tensor.ts';
import { missingInputs, repeatedInput } from './tensor-refusals.ts';

const requestKeys = new NameTable(['id', 'parameters', 'inputs', 'outputs']);

/**
 * Decodes the body of an Open Inference Protocol request, with Triton's binary tensor data extension.
 * `inferenceHeaderLength` is the header Inference-Header-Content-Length: null when the whole body is JSON, 0
 * for a raw binary request, which has no JSON at all.
 *
 * @throws UnderstudyError with a 4xx status and a sentence for everything a body can do wrong
 */
export function decodeInferRequest(
  body: Uint8Array,
  inferenceHeaderLength: number | null,
  signature: ModelSignature,
): InferRequest {
  if (inferenceHeaderLength === 0) return decodeRawRequest(body, signature);
  const jsonLength = inferenceHeaderLength ?? body.length;
  if (!Number.isSafeInteger(jsonLength) || jsonLength < 0 || jsonLength > body.length) {
    throw new UnderstudyError(
      'WRONG_LENGTH',
      `Inference-Header-Content-Length is ${jsonLength}, but the body has ${counted(body.length, 'byte')}; it must be the length of the JSON at the start of the body.`,
    );
  }
  const reader = new JsonReader(body, jsonLength);
  if (reader.peekKind() !== 'object') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `The body is ${describeValue(reader)}; it must be an object with "inputs".`,
    );
  }

  const seen = new SeenKeys();
  let id: string | null = null;
  let parameters = noParameters;
  let drafts: InputDraft[] | null = null;
  let requested: RequestedOutput[] = [];
  for (let more = reader.enterObject(); more; more = reader.moreMembers()) {
    switch (seen.next(reader, requestKeys)) {
      case 0:
        id = readId(reader);
        break;
      case 1:
        parameters = readRequestParameters(reader);
        break;
      case 2:
        drafts = readInputs(reader, signature);
        break;
      case 3:
        requested = readRequestedOutputs(reader, signature);
        break;
      default:
        reader.skipValue();
    }
  }
  reader.expectEnd();
  const { entity, timestampMs, segments, binaryOutput } = parameters;
  return {
    id,
    entity,
    timestampMs,
    segments,
    inputs: completeInputs(drafts ?? [], reader, signature),
    reply: { kind: 'infer', outputs: outputForms(requested, binaryOutput, signature) },
  };
}

function readInputs(reader: JsonReader, signature: ModelSignature): InputDraft[] {
  if (reader.peekKind() !== 'array') {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `"inputs" is ${describeValue(reader)}; it must be an array with an object for every input.`,
    );
  }
  const drafts: InputDraft[] = [];
  for (let more = reader.enterArray(); more; more = reader.moreElements()) {
    const draft = readInput(reader, signature, drafts.length);
    for (const earlier of drafts) {
      if (earlier.index === draft.index) throw repeatedInput(signature.inputs[draft.index]!.name);
    }
    drafts.push(draft);
  }
  return drafts;
}

/** The tensors in the order of the signature; binary data lies after the JSON in the order of the request. */
function completeInputs(
  drafts: readonly InputDraft[],
  reader: JsonReader,
  signature: ModelSignature,
): Tensor[] {
  const specs = signature.inputs;
  if (drafts.length < specs.length) {
    throw missingInputs(new Set(drafts.map((draft) => draft.index)), signature);
  }
  checkBinaryLength(drafts, reader.bytes.length - reader.end, signature);
  const tensors = new Array<Tensor>(specs.length);
  let position = reader.end;
  for (const { index, datatype, shape, count, data, binarySize } of drafts) {
    const { name } = specs[index]!;
    if (data !== null) {
      tensors[index] = { name, datatype, shape, data };
      continue;
    }
    const size = binarySize ?? 0;
    const owner = () => `Input ${quoted(name)}`;
    tensors[index] = {
      name,
      datatype,
      shape,
      data: decodeBinaryTensor(reader.bytes, position, size, datatype, shape, count, owner),
    };
    position += size;
  }
  return tensors;
}

function checkBinaryLength(
  drafts: readonly InputDraft[],
  available: number,
  signature: ModelSignature,
): void {
  let declared = 0;
  for (const draft of drafts) declared += draft.binarySize ?? 0;
  if (declared === available) return;
  const sizes = drafts
    .filter((draft) => draft.binarySize !== null)
    .map((draft) => `${quoted(signature.inputs[draft.index]!.name)}: ${draft.binarySize}`);
  const declaredText =
    sizes.length === 0
      ? 'no input declares a "binary_data_size"'
      : `the inputs declare ${declared} (${sizes.slice(0, 12).join(', ')})`;
  const right =
    available < declared
      ? 'the body is cut short, or Inference-Header-Content-Length is missing or wrong'
      : 'the body must end with the last of them';
  throw new UnderstudyError(
    'WRONG_LENGTH',
    `The body has ${counted(available, 'byte')} of binary data after the JSON, but ${declaredText}; ${right}.`,
  );
}

/** None asked for means all of them, in the order of the signature. */
function outputForms(
  requested: readonly RequestedOutput[],
  binaryOutput: boolean,
  signature: ModelSignature,
) {
  if (requested.length > 0) {
    return requested.map(({ name, binary }) => ({ name, binary: binary ?? binaryOutput }));
  }
  const plan = planOf(signature);
  return binaryOutput ? plan.allAsBinary : plan.allAsJson;
}
