import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Yielding } from '../../src/threads/thread-placement.ts';
import { writeMlp } from '../models/tabular-mlp.ts';
import { type ShadowKind, writeShadow } from '../shadows.ts';
import { openDiscardingLog } from './discarding-log.ts';
import { serve } from './serve.ts';

/** What the server is to run; one argument, as JSON. */
export interface BenchServerOptions {
  /** The shadow's share of the traffic, such as `100%`; `off` for no shadow. */
  readonly sample: string;
  readonly shadow?: ShadowKind;
  readonly isolation?: 'thread' | 'process';
  readonly yielding?: Yielding;
  /** Where comparisons go: into the log, or nowhere when they have reached its thread. */
  readonly log?: 'kept' | 'discarded';
}

/** Understudy with a small MLP as v7, and a shadow as v8. The governor is off: what it would mend is to be seen. */
const options = JSON.parse(process.argv[2]!) as BenchServerOptions;
const { sample, shadow = 'healthy', isolation = 'thread', yielding = 'idle', log = 'kept' } = options;
const directory = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
const models = join(directory, 'models');
await writeMlp(join(models, 'mlp', '7'), 7);
await writeShadow(shadow, join(models, 'mlp', '8'));
const shadows =
  sample === 'off' ? '[]' : `[{version: 8, sample: ${sample}, isolation: ${isolation}, deadline: 1s}]`;
await writeFile(
  join(models, 'mlp', 'deployment.yaml'),
  `primary: 7\nshadows: ${shadows}\ninterference_budget: off\n`,
);
await serve({
  ...{ models, directory, yielding, graceful: shadow !== 'hung' },
  ...(log === 'discarded' ? { openLog: openDiscardingLog } : {}),
});
