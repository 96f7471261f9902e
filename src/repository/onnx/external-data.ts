import { readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import { listTensors, mapTensors } from './map-tensors.ts';
import type { OnnxTensor } from './model.ts';
import type { ReadModel } from './read-model.ts';

/** Where a tensor's elements lie outside the model's own file; bytes. */
interface ExternalRange {
  readonly path: string;
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Protobuf messages end at 2 GiB. */
const largestMessageBytes = 2 ** 31 - 1;

/**
 * Whether the model keeps tensors in other files. Throws MODEL_NOT_READY where such a file is missing, too short, or
 * outside `directory`: a model file must not make the server read what lies elsewhere on the machine.
 */
export function checkExternalData(model: ReadModel, directory: string): boolean {
  const external = listTensors(model).filter(isExternal);
  for (const tensor of external) rangeOf(tensor, directory);
  return external.length > 0;
}

/** The model with what lay in other files brought in, for when it no longer lies where its paths lead. */
export function embedExternalData(model: ReadModel, directory: string): ReadModel {
  const files = new Map<string, Buffer>();
  let total = 0;
  return mapTensors(model, (tensor) => {
    if (!isExternal(tensor)) return tensor;
    const { path, offset, length } = rangeOf(tensor, directory);
    total += length;
    if (total > largestMessageBytes)
      throw refusal(
        'The model ends with a ZipMap and keeps more than 2 GiB in other files; export it without ZipMap.',
      );
    const file = files.get(path) ?? readFileSync(path);
    files.set(path, file);
    const { dataLocation: _, ...rest } = tensor;
    return { ...rest, externalData: [], rawData: file.subarray(offset, offset + length) };
  });
}

function isExternal(tensor: OnnxTensor): boolean {
  return tensor.dataLocation === 1;
}

function rangeOf(tensor: OnnxTensor, directory: string): ExternalRange {
  const entry = (key: string) => tensor.externalData.find((one) => one.key === key)?.value;
  const location = entry('location') ?? '';
  const what = `tensor '${tensor.name ?? ''}' lies in '${location}'`;
  if (location === '')
    throw refusal(`The tensor '${tensor.name ?? ''}' lies in another file, but no location is given.`);
  // ONNX Runtime takes this name for an address in its own memory.
  if (location.includes('_ORT_MEM_ADDR_'))
    throw refusal(`The ${what}, a name that ONNX Runtime keeps for itself; give the file another one.`);
  if (isAbsolute(location) || /^[A-Za-z]:|^[\\/]/.test(location))
    throw refusal(`The ${what}, an absolute path; it must be relative to the model's directory.`);
  const path = join(directory, location);
  if (leaves(directory, path)) throw refusal(`The ${what}, which is outside the model's directory.`);
  const size = sizeOf(path, what);
  if (leaves(realpathSync(directory), realpathSync(path)))
    throw refusal(`The ${what}, a link that leads out of the model's directory.`);
  const offset = byteCount(entry('offset'), what) ?? 0;
  const length = byteCount(entry('length'), what) ?? size - offset;
  if (length < 0 || offset + length > size)
    throw refusal(
      `The ${what} at bytes ${offset} to ${offset + length}, but that file has only ${size}; it may be half copied.`,
    );
  return { path, location, offset, length };
}

function leaves(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function sizeOf(path: string, what: string): number {
  const status = statusOf(path, what);
  if (status === undefined)
    throw refusal(`The ${what}, which is not there; copy it beside the model under that name.`);
  if (!status.isFile()) throw refusal(`The ${what}, which is not a file.`);
  return status.size;
}

function statusOf(path: string, what: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A location that no file system takes (a NUL, a name too long), or a directory that may not be entered.
    throw refusal(`The ${what}, which cannot be looked up: ${sentenceOf(error)}.`, { cause: error });
  }
}

function byteCount(text: string | undefined, what: string): number | null {
  if (text === undefined) return null;
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
    throw refusal(`The ${what} at '${text}', which is no number of bytes.`);
  return count;
}

function refusal(sentence: string, options?: ErrorOptions): UnderstudyError {
  return new UnderstudyError('MODEL_NOT_READY', sentence, options);
}
