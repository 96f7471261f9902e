import { type MessagePort, workerData } from 'node:worker_threads';
import { batchOf } from './sample-records.ts';

/** Posts batches as a shadow worker does. */
const { port, prefix, batches, rows }: { port: MessagePort; prefix: string; batches: number; rows: number } =
  workerData;
for (let batch = 0; batch < batches; batch++)
  port.postMessage(batchOf({ rows, prefix: `${prefix}${batch}-` }));
port.close();
