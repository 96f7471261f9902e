import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../src/logger.ts';
import { startServer } from '../../src/server.ts';
import type { Yielding } from '../../src/threads/thread-placement.ts';
import { writeMlp } from '../models/tabular-mlp.ts';
import { type ShadowKind, writeShadow } from '../shadows.ts';

/** What the server is to run; one argument, as JSON. */
export interface BenchServerOptions {
  /** The shadow's share of the traffic, such as `100%`; `off` for no shadow. */
  readonly sample: string;
  readonly shadow?: ShadowKind;
  readonly isolation?: 'thread' | 'process';
  readonly yielding?: Yielding;
}

/** Understudy with a small MLP as v7, and a shadow as v8. The governor is off: what it would mend is to be seen. */
const options = JSON.parse(process.argv[2]!) as BenchServerOptions;
const { sample, shadow = 'healthy', isolation = 'thread', yielding = 'idle' } = options;
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
const server = await startServer({
  models,
  data: join(directory, 'data'),
  host: '127.0.0.1',
  httpPort: 0,
  bodyLimitBytes: 1024 * 1024,
  logger: createLogger('error', 'json'),
  threads: { shadowYielding: yielding, cpuSets: {} },
});
await server.loaded;
process.stdout.write(`${server.url}\n`);
process.on('SIGTERM', async () => {
  // A run that hangs cannot be ended, and its thread keeps the process: whoever measures has seen enough.
  if (shadow !== 'hung') await server.close();
  await rm(directory, { recursive: true, force: true });
  process.kill(process.pid, 'SIGKILL');
});
