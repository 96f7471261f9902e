import { createInterface } from 'node:readline';
import { sentenceOf } from '../../src/errors.ts';
import { openComparisonLog } from '../../src/log/open-comparison-log.ts';
import { batchOf, labelOf, resourceRowOf } from './sample-records.ts';

/**
 * A process that holds a log: `serve-commands.ts DIRECTORY`. It answers every line of its input with one of
 * its output, once what was asked is durable or has failed.
 */
const [directory = ''] = process.argv.slice(2);
const logger = { info: () => {}, warn: () => {}, error: () => {} };
const log = await openComparisonLog({ directory, instance: 'child', logger, flushIntervalMs: 60_000 });
const resources = log.openResourcePort();
resources.unref();
console.log('open');

async function obey(command: string, round: number): Promise<string> {
  if (command === 'close') {
    await log.close();
    return 'closed';
  }
  const [rows = 0, labels = 0] = command.split(' ').map(Number);
  log.append(batchOf({ rows, prefix: `${round}-` }));
  resources.postMessage([resourceRowOf(), resourceRowOf({ model: '_server' })]);
  const names = Array.from({ length: labels }, (_, index) => labelOf(`${round}-${index}`, '1'));
  await Promise.all([log.flush(), log.putLabels('fraud', names)]);
  return 'durable';
}

let round = 0;
for await (const command of createInterface({ input: process.stdin })) {
  console.log(await obey(command, round++).catch((error) => `failed: ${sentenceOf(error)}`));
  if (command === 'close') break;
}
process.stdin.destroy();
