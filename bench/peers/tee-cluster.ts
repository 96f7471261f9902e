import cluster from 'node:cluster';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sumReports } from './cluster-counts.ts';
import { writeVersions } from './mlp-versions.ts';
import { startPeerLife } from './peer-life.ts';
import { readPeerOptions } from './peer-options.ts';
import type { TeeWorkerOptions } from './tee-worker.ts';

/** The obvious tee in a process for each CPU; they share a port, and get connections in turn. */
const { shadow } = readPeerOptions(process.argv[2]);
const life = startPeerLife();
const options: TeeWorkerOptions = { files: await writeVersions(life), shadow };
cluster.setupPrimary({
  exec: fileURLToPath(new URL('./tee-worker.ts', import.meta.url)),
  args: [JSON.stringify(options)],
});
sumReports();
const listening = Array.from({ length: availableParallelism() }, async () => {
  const worker = cluster.fork();
  const exited = once(worker, 'exit');
  life.defer(async () => {
    worker.process.kill('SIGTERM');
    await exited;
  });
  const failed = exited.then(([status]) => {
    throw new Error(`a process of the tee ended with ${String(status)} before it listened`);
  });
  const [address] = (await Promise.race([once(worker, 'listening'), failed])) as [AddressInfo];
  return address.port;
});
const [port] = await Promise.all(listening);
process.stdout.write(`http://127.0.0.1:${port}\n`);
