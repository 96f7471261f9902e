import { sentenceOf, UnderstudyError } from '../../errors.ts';
import type { OnnxGraph, OnnxModel } from './model.ts';
import { type Draft, modelCodec } from './schema.ts';

export { encodeTensor, parseTensor, tensorOf, tensorProtoOf } from './tensor-proto.ts';

/** A model that has what every ONNX model has. */
export interface ReadModel extends OnnxModel {
  readonly irVersion: bigint;
  readonly graph: OnnxGraph;
}

/** What people put where a model belongs, by its first bytes. */
const lookalikes: readonly { readonly at: number; readonly magic: string; readonly what: string }[] = [
  {
    at: 0,
    magic: 'version https://git-lfs',
    what: 'a Git LFS pointer; run `git lfs pull` to fetch the model itself',
  },
  {
    at: 0,
    magic: 'PK\x03\x04',
    what: 'a zip archive (PyTorch and Keras save that way); export the model to ONNX',
  },
  { at: 0, magic: '\x80\x02', what: 'a Python pickle; export the model to ONNX' },
  { at: 0, magic: '\x80\x03', what: 'a Python pickle; export the model to ONNX' },
  { at: 0, magic: '\x80\x04', what: 'a Python pickle; export the model to ONNX' },
  { at: 0, magic: '\x80\x05', what: 'a Python pickle; export the model to ONNX' },
  { at: 0, magic: '\x89HDF', what: 'an HDF5 file; export the model to ONNX' },
  { at: 0, magic: '\x1f\x8b', what: 'gzip-compressed; unpack it' },
  { at: 4, magic: 'ORTM', what: "ONNX Runtime's own ORT format; put the ONNX file it was made from here" },
  { at: 4, magic: 'TFL3', what: 'a TensorFlow Lite model; export the model to ONNX' },
  { at: 0, magic: '<', what: 'a web page or XML; a download may have gone wrong' },
];

/** Throws MODEL_NOT_READY where the bytes are not an ONNX model, with what they seem to be instead. */
export function parseModel(bytes: Uint8Array): ReadModel {
  if (bytes.byteLength === 0) throw notReady('The file is empty; an ONNX model was expected.');
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64)).toString(
    'latin1',
  );
  const lookalike = lookalikes.find(({ at, magic }) => start.startsWith(magic, at));
  if (lookalike !== undefined) throw notReady(`The file is not an ONNX model: it is ${lookalike.what}.`);

  const model = decode(bytes);
  const { irVersion, graph } = model;
  if (irVersion === undefined || irVersion < 1n)
    throw notReady('The file is not an ONNX model: it has no ir_version, which every ONNX file starts with.');
  if (graph === undefined || graph.output.length === 0)
    throw notReady('The ONNX file holds no graph with outputs, so there is nothing to run.');
  return { ...model, irVersion, graph };
}

function decode(bytes: Uint8Array): OnnxModel {
  try {
    return modelCodec.decode(bytes);
  } catch (error) {
    throw notReady(
      `The file is not an ONNX model, or its ${bytes.byteLength} bytes are only a part of one (${sentenceOf(error)}).`,
      { cause: error },
    );
  }
}

export function encodeModel(model: Draft<OnnxModel>): Uint8Array {
  return modelCodec.encode(model);
}

function notReady(sentence: string, options?: ErrorOptions): UnderstudyError {
  return new UnderstudyError('MODEL_NOT_READY', sentence, options);
}
