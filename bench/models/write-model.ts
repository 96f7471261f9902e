import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnnxModel } from '../../src/repository/onnx/model.ts';
import { encodeModel } from '../../src/repository/onnx/read-model.ts';
import type { Draft } from '../../src/repository/onnx/schema.ts';

export interface WrittenModel {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes `model.onnx` into a version's folder. Takes about four times the file in memory meanwhile, none of it in the
 * heap: the weights, the buffer they are encoded into, which doubles as it grows, and the bytes.
 */
export async function writeModel(folder: string, model: Draft<OnnxModel>): Promise<WrittenModel> {
  const bytes = encodeModel(model);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.onnx'), bytes);
  return { bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}
