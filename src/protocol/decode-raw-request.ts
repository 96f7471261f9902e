import { UnderstudyError } from '../errors.ts';
import { decodeBinaryTensor, decodeString } from './binary-tensor.ts';
import { datatypes } from './datatype.ts';
import type { InferRequest } from './infer-request.ts';
import { counted, quoted, shapeText } from './quoting.ts';
import type { ModelSignature, TensorSpec } from './signature.ts';
import { modelText, planOf, specsText } from './signature-plan.ts';
import { elementCount, type TensorData } from './tensor.ts';

/**
 * Triton's raw binary request (Inference-Header-Content-Length: 0): the body is the data of the model's only
 * input, whose shape follows from the signature and the length. A BYTES body is one string, without the four
 * bytes of length. As in Triton, the outputs come back as binary data.
 */
export function decodeRawRequest(body: Uint8Array, signature: ModelSignature): InferRequest {
  const [spec] = signature.inputs;
  if (spec === undefined || signature.inputs.length !== 1) {
    throw new UnderstudyError(
      'INVALID_REQUEST',
      `Inference-Header-Content-Length is 0, a raw binary request, which only a model with one input can take; ` +
        `${modelText(signature)} takes ${specsText(signature.inputs)}: describe them in JSON before the data.`,
    );
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const shape = solveShape(spec, body.length, signature);
  return {
    id: null,
    entity: null,
    timestampMs: null,
    segments: null,
    inputs: [{ name: spec.name, datatype: spec.datatype, shape, data: readData(bytes, spec, shape) }],
    reply: { kind: 'infer', outputs: planOf(signature).allAsBinary },
  };
}

function readData(bytes: Buffer, spec: TensorSpec, shape: readonly number[]): TensorData {
  const owner = () => `Input ${quoted(spec.name)}`;
  if (spec.datatype === 'BYTES') return [decodeString(bytes, 0, bytes.length, owner)];
  return decodeBinaryTensor(bytes, 0, bytes.length, spec.datatype, shape, elementCount(shape), owner);
}

/** The declared shape with its dynamic dimension replaced by what the length leaves for it. */
function solveShape(spec: TensorSpec, length: number, signature: ModelSignature): number[] {
  const isText = spec.datatype === 'BYTES';
  const dynamic = spec.shape.filter((size) => size === -1).length;
  const fixed = elementCount(spec.shape.filter((size) => size !== -1));
  if (isText) {
    if (fixed !== 1)
      throw unsolvable(
        spec,
        signature,
        'for BYTES the body is one string, so the shape must be of one element',
      );
    return spec.shape.map(() => 1);
  }
  if (dynamic > 1) throw unsolvable(spec, signature, 'more than one dimension is dynamic');
  if (dynamic === 0) return [...spec.shape];
  const rowBytes = fixed * datatypes[spec.datatype].bytes!;
  if (rowBytes === 0) throw unsolvable(spec, signature, 'a dimension is 0, so any length fits');
  if (length % rowBytes !== 0) {
    throw new UnderstudyError(
      'WRONG_LENGTH',
      `The raw body has ${counted(length, 'byte')}; input ${quoted(spec.name)} (${spec.datatype} ${shapeText(spec.shape)}) needs a multiple of ${rowBytes}.`,
    );
  }
  return spec.shape.map((size) => (size === -1 ? length / rowBytes : size));
}

function unsolvable(spec: TensorSpec, signature: ModelSignature, why: string): UnderstudyError {
  return new UnderstudyError(
    'INVALID_REQUEST',
    `A raw binary request cannot tell the shape of input ${quoted(spec.name)} (${spec.datatype} ${shapeText(spec.shape)}) of ` +
      `${modelText(signature)}: ${why}. Describe it in JSON before the data.`,
  );
}
