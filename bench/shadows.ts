import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { slow, throwing } from '../test/support/onnx-models.ts';
import { features, writeMlp } from './models/tabular-mlp.ts';

/**
 * `healthy`: as large as the primary. `heavy`: twenty times its multiplications. `saturated`: six hundred times, so
 * that it is busy without end. `hung`: a run that takes an hour for each request. `throwing`: fails on every row.
 */
export const shadowKinds = ['healthy', 'heavy', 'saturated', 'hung', 'throwing'] as const;
export type ShadowKind = (typeof shadowKinds)[number];

/** What the first feature of a request must exceed for `hung` to hang; while it is tried at load it must not. */
export const hangsAbove = 100;

export async function writeShadow(kind: ShadowKind, folder: string): Promise<void> {
  if (kind === 'healthy') return writeMlp(folder, 8);
  if (kind === 'heavy') return writeMlp(folder, 8, [344, 344]);
  if (kind === 'saturated') return writeMlp(folder, 8, [1960, 1960]);
  const anHour = 3_600_000;
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'model.onnx'),
    kind === 'hung'
      ? slow({ inputs: features, outputs: 4, milliseconds: anHour, above: hangsAbove })
      : throwing({ inputs: features, outputs: 4 }),
  );
}
