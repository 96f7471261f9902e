import { UnderstudyError } from '../errors.ts';
import { type GrpcInput, type RawContents, readGrpcInput, readGrpcTensor } from './grpc-input.ts';
import { readParameter } from './grpc-parameter.ts';
import { GrpcRequestParameters } from './grpc-request-parameters.ts';
import type { InferRequest } from './infer-request.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { counted, quoted } from './quoting.ts';
import { checkRequestId } from './request-context.ts';
import type { ModelSignature } from './signature.ts';
import { planOf } from './signature-plan.ts';
import type { Tensor } from './tensor.ts';
import {
  missingInputs,
  notHonoured,
  repeatedInput,
  repeatedOutput,
  unknownOutput,
} from './tensor-refusals.ts';

/** Fields of `ModelInferRequest`. */
export const requestFields = {
  modelName: 1,
  modelVersion: 2,
  id: 3,
  parameters: 4,
  inputs: 5,
  outputs: 6,
  rawInputContents: 7,
} as const;

/**
 * Decodes a `ModelInferRequest` of the Open Inference Protocol. Values lie in `raw_input_contents` or in the typed
 * contents of every input. The answer comes in the same way unless the parameter `binary_data_output` says otherwise.
 *
 * @throws UnderstudyError with a 4xx status and a sentence for everything a message can do wrong
 */
export function decodeGrpcRequest(body: Uint8Array, signature: ModelSignature): InferRequest {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const reader = new ProtobufReader(bytes);
  const parameters = new GrpcRequestParameters();
  const inputs: GrpcInput[] = [];
  const outputs: string[] = [];
  const raw: RawContents[] = [];
  let id: string | null = null;
  while (reader.next()) {
    switch (reader.field) {
      case requestFields.id: {
        const text = reader.text(() => 'The request id');
        id = text === '' ? null : checkRequestId(text);
        break;
      }
      case requestFields.parameters:
        parameters.add(reader);
        break;
      case requestFields.inputs:
        addInput(inputs, readGrpcInput(reader.message(), signature, inputs.length), signature);
        break;
      case requestFields.outputs:
        outputs.push(readOutput(reader.message(), signature, outputs));
        break;
      case requestFields.rawInputContents: {
        const end = reader.length() + reader.position;
        raw.push({ start: reader.position, end });
        reader.position = end;
        break;
      }
      default:
        reader.skip();
    }
  }
  const { entity, timestampMs, segments, binaryOutput } = parameters;
  return {
    id,
    entity,
    timestampMs,
    segments,
    inputs: tensorsOf(inputs, raw, bytes, signature),
    reply: {
      kind: 'grpc',
      outputs: outputs.length > 0 ? outputs : planOf(signature).outputs.names,
      raw: binaryOutput ?? (raw.length > 0 || inputs.every(({ contents }) => contents === null)),
    },
  };
}

function addInput(inputs: GrpcInput[], input: GrpcInput, signature: ModelSignature): void {
  if (inputs.some((earlier) => earlier.index === input.index)) {
    throw repeatedInput(signature.inputs[input.index]!.name);
  }
  inputs.push(input);
}

/** The tensors in the order of the signature; raw contents are in the order of the request. */
function tensorsOf(
  inputs: readonly GrpcInput[],
  raw: readonly RawContents[],
  bytes: Buffer,
  signature: ModelSignature,
): Tensor[] {
  const specs = signature.inputs;
  if (inputs.length < specs.length) {
    throw missingInputs(new Set(inputs.map(({ index }) => index)), signature);
  }
  if (raw.length > 0) checkRaw(inputs, raw, signature);
  const tensors = new Array<Tensor>(specs.length);
  for (const [i, input] of inputs.entries()) {
    tensors[input.index] = readGrpcTensor(input, specs[input.index]!.name, bytes, raw[i] ?? null);
  }
  return tensors;
}

function checkRaw(
  inputs: readonly GrpcInput[],
  raw: readonly RawContents[],
  signature: ModelSignature,
): void {
  const typed = inputs.find(({ contents }) => contents !== null && contents.position < contents.end);
  if (typed) {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `Input ${quoted(signature.inputs[typed.index]!.name)} has typed contents, and the request has raw_input_contents; give one of them.`,
    );
  }
  if (raw.length === inputs.length) return;
  throw new UnderstudyError(
    'WRONG_LENGTH',
    `The request has ${counted(inputs.length, 'input')} and ${raw.length} raw_input_contents; give one for each input, in their order.`,
  );
}

function readOutput(reader: ProtobufReader, signature: ModelSignature, asked: readonly string[]): string {
  const owner = (): string => `outputs[${asked.length}]`;
  let name = '';
  while (reader.next()) {
    if (reader.field === 1) name = reader.text(() => `${owner()}: its name`);
    else if (reader.field === 2) refuseParameter(readParameter(reader, owner).name, owner);
    else reader.skip();
  }
  if (planOf(signature).outputs.indexOf(name) === -1) throw unknownOutput(name, signature);
  if (asked.includes(name)) throw repeatedOutput(name);
  return name;
}

function refuseParameter(name: string, owner: () => string): void {
  const what = `${owner()}: the parameter ${quoted(name)}`;
  if (name === 'classification') {
    throw notHonoured(what, 'ask for the scores and rank them, or use /predict');
  }
  if (name.startsWith('shared_memory_')) throw notHonoured(what, 'take the output from the answer');
}
