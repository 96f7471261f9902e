import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '../../src/logger.ts';
import { type ServerOptions, startServer } from '../../src/server.ts';
import type { Yielding } from '../../src/threads/thread-placement.ts';

export interface ServeOptions extends Pick<ServerOptions, 'openLog'> {
  /** The model repository. */
  readonly models: string;
  /** Holds what the server writes, in `data`; removed at the end. */
  readonly directory: string;
  readonly yielding: Yielding;
  /** Whether it is to answer what is in flight at its end: a run that hangs cannot be ended, and its thread keeps the process. */
  readonly graceful: boolean;
}

const bodyLimitBytes = 64 * 1024 * 1024;

/** Runs Understudy until SIGTERM, and prints its URL when everything is loaded. */
export async function serve({
  models,
  directory,
  yielding,
  graceful,
  ...hooks
}: ServeOptions): Promise<void> {
  const server = await startServer({
    ...{ models, host: '127.0.0.1', httpPort: 0, bodyLimitBytes, ...hooks },
    data: join(directory, 'data'),
    logger: createLogger('error', 'json'),
    threads: { shadowYielding: yielding, cpuSets: {} },
  });
  await server.loaded;
  process.stdout.write(`${server.url}\n`);
  process.on('SIGTERM', async () => {
    if (graceful) await server.close();
    await rm(directory, { recursive: true, force: true });
    process.kill(process.pid, 'SIGKILL');
  });
}
