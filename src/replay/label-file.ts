import { labelsOf } from '../log/label-input.ts';
import { readLabelFile } from '../log/parse-label-lines.ts';
import type { LabelSink } from './label-sink.ts';

/**
 * Ground truth from a file. Rows of a worksheet that nobody has labelled yet are passed over.
 *
 * @param onRefused told of each line that is not usable; ends the file where it throws
 * @returns how many lines were refused
 */
export async function putLabelFile(
  path: string,
  sink: LabelSink,
  onRefused: (sentence: string) => void,
): Promise<number> {
  let refused = 0;
  for await (const line of readLabelFile(path)) {
    if ('error' in line) {
      refused++;
      onRefused(line.error);
    } else if ('label' in line) {
      sink.add(labelsOf(line.label, 'file', `line ${line.line}`));
      await sink.keepPace();
    }
  }
  await sink.finish();
  return refused;
}
