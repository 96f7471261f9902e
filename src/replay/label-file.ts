import type { Label } from '../log/label.ts';
import { labelsOf } from '../log/label-input.ts';
import { readLabelFile } from '../log/parse-label-lines.ts';

export interface LabelFileOptions {
  /** Resolves with the number kept. */
  readonly putLabels: (labels: readonly Label[]) => Promise<number>;
  /** Told of each line that is not usable; ends the file where it throws. */
  readonly onRefused: (sentence: string) => void;
}

const labelsPerWrite = 5_000;

/** Ground truth from a file: how many labels were kept, and how many lines refused. */
export async function putLabelFile(
  path: string,
  { putLabels, onRefused }: LabelFileOptions,
): Promise<{ readonly labels: number; readonly refused: number }> {
  let [kept, refused] = [0, 0];
  let gathered: Label[] = [];
  const write = async (): Promise<void> => {
    kept += await putLabels(gathered);
    gathered = [];
  };
  for await (const line of readLabelFile(path)) {
    if ('error' in line) {
      refused++;
      onRefused(line.error);
      continue;
    }
    gathered.push(...labelsOf(line.label, 'file', `Line ${line.line}`));
    if (gathered.length >= labelsPerWrite) await write();
  }
  await write();
  return { labels: kept, refused };
}
