import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../src/logger.ts';
import { startServer } from '../../src/server.ts';
import { writeMlp } from '../models.ts';

/** Understudy with a small MLP as v7 and another as v8; the argument is v8's share of the traffic, `off` for no shadow. */
const sample = process.argv[2] ?? 'off';
const directory = await mkdtemp(join(tmpdir(), 'understudy-bench-'));
const models = join(directory, 'models');
await writeMlp(join(models, 'mlp', '7'), 7);
await writeMlp(join(models, 'mlp', '8'), 8);
await writeDeployment(join(models, 'mlp'), sample);
const server = await startServer({
  models,
  data: join(directory, 'data'),
  host: '127.0.0.1',
  httpPort: 0,
  bodyLimitBytes: 1024 * 1024,
  logger: createLogger('warn', 'json'),
});
await server.loaded;
process.stdout.write(`${server.url}\n`);
process.on('SIGTERM', async () => {
  await server.close();
  await rm(directory, { recursive: true, force: true });
  process.exit(0);
});

async function writeDeployment(folder: string, share: string): Promise<void> {
  const shadows = share === 'off' ? '[]' : `[{version: 8, sample: ${share}}]`;
  await writeFile(join(folder, 'deployment.yaml'), `primary: 7\nshadows: ${shadows}\n`);
}
