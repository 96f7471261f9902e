import { MessageChannel } from 'node:worker_threads';
import { observing, predict, WorkerPool } from './relay-pool.ts';

/**
 * A process that owns a relay: loads the model, prints the process of it, has it serve a request of this id
 * and prints when that was answered: `node relay-owner.ts MODEL ID`.
 */
const [path, id] = process.argv.slice(2) as [string, string];
const relay = new WorkerPool('process/relay');
const { port1 } = new MessageChannel();
const pid = await relay.loadProcess({ path, observer: observing({ seen: port1 }), transfer: [port1] });
process.stdout.write(`${pid}\n`);
const answer = await relay.serve([predict(id, [1000, 0, 0, 0])]);
process.stdout.write(`${answer.kind}\n`);
setInterval(() => {}, 60_000);
