import { join } from 'node:path';
import { writeMlp } from '../models/tabular-mlp.ts';
import { temporaryFolder } from './peer-life.ts';

/** The versions behind every peer, as seeds of the MLP's weights: those of Understudy in the bench. */
export const versions = { primary: 7, shadow: 8 } as const;

/** The files of both as long as the peer lives. */
export interface MlpFiles {
  readonly folder: string;
  readonly primary: string;
  readonly shadow: string;
}

export async function writeVersions(life: AsyncDisposableStack): Promise<MlpFiles> {
  const folder = await temporaryFolder(life);
  const [primary, shadow] = [join(folder, 'primary'), join(folder, 'shadow')];
  await writeMlp(primary, versions.primary);
  await writeMlp(shadow, versions.shadow);
  return { folder, primary: join(primary, 'model.onnx'), shadow: join(shadow, 'model.onnx') };
}
