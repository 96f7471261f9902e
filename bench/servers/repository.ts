import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from './serve.ts';

/** Understudy on a model repository, which is its one argument. */
await serve({
  models: process.argv[2]!,
  directory: await mkdtemp(join(tmpdir(), 'understudy-bench-')),
  ...{ yielding: 'idle', graceful: true },
});
