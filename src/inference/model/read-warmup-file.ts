import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { sentenceOf } from '../../errors.ts';
import { leadsOutOf } from '../../repository/leads-out-of.ts';

/**
 * A file of the folder `warmup/` of a model.
 *
 * @throws an error with a sentence where it is not there, is no file, lies elsewhere or is larger than it may be
 */
export async function readWarmupFile(model: string, file: string, mostBytes: number): Promise<Buffer> {
  const folder = join(model, 'warmup');
  const path = join(folder, file);
  if (isAbsolute(file) || leadsOutOf(folder, path)) {
    throw new Error(
      `the file "${file}" is not in the model's folder warmup/; put it there, and name it from there`,
    );
  }
  let size: number;
  try {
    const status = await stat(path);
    if (!status.isFile()) throw new Error('it is no file');
    size = status.size;
    if (leadsOutOf(await realpath(folder), await realpath(path))) {
      throw new Error('it is a link that leads out of that folder');
    }
  } catch (cause) {
    throw new Error(`warmup/${file} cannot be used: ${whyNot(cause)}`, { cause });
  }
  if (size > mostBytes) throw new Error(`warmup/${file} has ${size} bytes, and may have ${mostBytes}`);
  return readFile(path);
}

function whyNot(cause: unknown): string {
  const isGone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  return isGone ? "it is not there; put it into the model's folder" : sentenceOf(cause);
}
