import { writeFile } from 'node:fs/promises';
import { sentenceOf } from '../errors.ts';

/**
 * What a command was asked for, to the file or else to standard output. That a file was written is said on standard error.
 *
 * @throws with a sentence where the file cannot be written
 */
export async function writeResult(result: string | Uint8Array, output: string | undefined): Promise<void> {
  if (output === undefined) {
    process.stdout.write(result);
    return;
  }
  await writeFile(output, result).catch((cause: unknown) => {
    throw new Error(`${output} cannot be written (${sentenceOf(cause)}); say another file with --output`, {
      cause,
    });
  });
  process.stderr.write(`Written to ${output}.\n`);
}
