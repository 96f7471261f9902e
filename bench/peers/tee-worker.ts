import { reportCounts } from './cluster-counts.ts';
import type { MlpFiles } from './mlp-versions.ts';
import { startPeerLife } from './peer-life.ts';
import type { Shadow } from './peer-options.ts';
import { startTee } from './tee-app.ts';

/** What a process of `tee-cluster` is told; one argument, as JSON. */
export interface TeeWorkerOptions {
  readonly files: MlpFiles;
  readonly shadow: Shadow;
}

const { files, shadow } = JSON.parse(process.argv[2]!) as TeeWorkerOptions;
const counts = { served: 0, shadowed: 0 };
startPeerLife();
await startTee(files, shadow, counts, reportCounts(counts));
