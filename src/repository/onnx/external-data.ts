import { realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { sentenceOf, UnderstudyError } from '../../errors.ts';
import { leadsOutOf } from '../leads-out-of.ts';
import { listTensors } from './list-tensors.ts';
import type { OnnxTensor } from './model.ts';
import type { ReadModel } from './read-model.ts';

/** A file beside the model's own, in which tensors lie. */
export interface ExternalFile {
  /** As the tensors name it. */
  readonly location: string;
  readonly path: string;
}

/**
 * The other files that the model keeps tensors in, each location once. Throws MODEL_NOT_READY where such a file is missing, too
 * short, or outside `directory`: a model file must not make the server read what lies elsewhere on the machine.
 */
export function externalFilesOf(model: ReadModel, directory: string): readonly ExternalFile[] {
  const files = new Map<string, ExternalFile>();
  for (const tensor of listTensors(model).filter(isExternal)) {
    const { location, path } = fileOf(tensor, directory);
    files.set(location, { location, path });
  }
  return [...files.values()];
}

export function isExternal(tensor: OnnxTensor): boolean {
  return tensor.dataLocation === 1;
}

/** Where a tensor lies. */
export interface ExternalPlace {
  /** As the tensor names the file. */
  readonly location: string;
  /** In bytes from the start of that file. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** Throws MODEL_NOT_READY where a tensor lies beyond the end of its file. */
export function placeOf(tensor: OnnxTensor, sizeOf: (location: string) => number): ExternalPlace {
  const location = entryOf(tensor, 'location') ?? '';
  const what = whatOf(tensor, location);
  const size = sizeOf(location);
  const offset = byteCount(entryOf(tensor, 'offset'), what) ?? 0;
  const length = byteCount(entryOf(tensor, 'length'), what) ?? size - offset;
  if (length < 0 || offset + length > size)
    throw refusal(
      `The ${what} at bytes ${offset} to ${offset + length}, but that file has only ${size}; it may be half copied.`,
    );
  return { location, offset, length };
}

function entryOf(tensor: OnnxTensor, key: string): string | undefined {
  return tensor.externalData.find((one) => one.key === key)?.value;
}

function whatOf(tensor: OnnxTensor, location: string): string {
  return `tensor '${tensor.name ?? ''}' lies in '${location}'`;
}

function fileOf(tensor: OnnxTensor, directory: string): ExternalFile {
  const location = entryOf(tensor, 'location') ?? '';
  const what = whatOf(tensor, location);
  if (location === '')
    throw refusal(`The tensor '${tensor.name ?? ''}' lies in another file, but no location is given.`);
  // ONNX Runtime takes this name for an address in its own memory.
  if (location.includes('_ORT_MEM_ADDR_'))
    throw refusal(`The ${what}, a name that ONNX Runtime keeps for itself; give the file another one.`);
  if (isAbsolute(location) || /^[A-Za-z]:|^[\\/]/.test(location))
    throw refusal(`The ${what}, an absolute path; it must be relative to the model's directory.`);
  const path = join(directory, location);
  if (leadsOutOf(directory, path)) throw refusal(`The ${what}, which is outside the model's directory.`);
  const size = sizeOf(path, what);
  if (leadsOutOf(realpathSync(directory), realpathSync(path)))
    throw refusal(`The ${what}, a link that leads out of the model's directory.`);
  placeOf(tensor, () => size);
  return { location, path };
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
