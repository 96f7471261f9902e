import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { openComparisonLog } from '../src/log/open-comparison-log.ts';
import { createLogger } from '../src/logger.ts';
import { clocksOfProc } from '../src/resources/thread-clocks.ts';
import { comparisonBatch } from './comparison-batches.ts';

/**
 * How many comparisons per second the log sustains: batches are posted on an append port, as a shadow's worker does, and
 * counted when they are durable. Two portions are under way at any time, so that the log never waits for this thread and
 * never drops a row. A portion that waits for a checkpoint is the longest. The batch is the number of rows that share a message: of the runs of a shadow.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '400000' },
    batches: { type: 'string', default: '1,8,32,128' },
  },
});
const total = rowsOf('rows', values.rows);
const batchSizes = values.batches.split(',').map((text) => rowsOf('batches', text));
const portionRows = 20_000;
const logger = createLogger('error', 'json');
const table = new Table({
  head: [
    ...['rows per batch', 'comparisons/s', 'log thread, µs of CPU per row', 'others, µs per row'],
    ...['until durable: median ms', 'the longest'],
  ],
  style: { head: [] },
});
for (const rows of batchSizes) {
  process.stderr.write(`batches of ${rows}\n`);
  const { perSecond, ownMicroseconds, otherMicroseconds, milliseconds } = await measure(rows);
  const waits = Float64Array.from(milliseconds).sort();
  table.push([
    ...[rows, Math.round(perSecond), ownMicroseconds.toFixed(1), otherMicroseconds.toFixed(1)],
    ...[Math.round(waits[waits.length >> 1]!), Math.round(waits.at(-1)!)],
  ]);
}
process.stdout.write(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}; ${total.toLocaleString('en-US')} rows each, ` +
    `the sender (what a shadow's worker pays) on the same machine\n${table.toString()}\n`,
);

function rowsOf(option: string, text: string): number {
  const rows = Number(text);
  if (Number.isSafeInteger(rows) && rows > 0) return rows;
  process.stderr.write(`--${option} takes numbers of rows above 0, not ${JSON.stringify(text)}\n`);
  process.exit(2);
}

async function measure(batchRows: number) {
  const directory = await mkdtemp(join(tmpdir(), 'understudy-log-'));
  try {
    await using log = await openComparisonLog({ directory, instance: 'bench', logger });
    const port = log.openAppendPort();
    // Made beforehand: what it takes to make them is the shadow's.
    const batches = Array.from({ length: Math.ceil(portionRows / batchRows) }, (_, index) =>
      comparisonBatch('fraud', index * batchRows, batchRows, Date.now()),
    );
    const milliseconds: number[] = [];
    const portion = async (): Promise<void> => {
      const posted = performance.now();
      for (const batch of batches) port.postMessage(batch);
      await log.flush();
      milliseconds.push(performance.now() - posted);
    };
    await portion();
    milliseconds.length = 0;
    const written = async (): Promise<number> => (await log.statistics()).writtenRows;
    const before = { rows: await written(), cpu: cpuMicroseconds(), time: performance.now() };
    let previous = Promise.resolve();
    for (let posted = 0; posted < total; posted += portionRows) {
      const next = portion();
      await previous;
      previous = next;
    }
    await previous;
    for (let held = Number.POSITIVE_INFINITY; held > 0; held = (await log.statistics()).bufferedRows)
      await log.flush();
    const seconds = (performance.now() - before.time) / 1000;
    const cpu = cpuMicroseconds();
    const rows = (await written()) - before.rows;
    port.close();
    return {
      perSecond: rows / seconds,
      ownMicroseconds: (cpu.log - before.cpu.log) / rows,
      otherMicroseconds: (cpu.others - before.cpu.others) / rows,
      milliseconds,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of the log's thread, and of all others: this one, V8's helpers, and those on which DuckDB commits. */
function cpuMicroseconds(): { readonly log: number; readonly others: number } {
  let own = 0;
  let others = 0;
  for (const { name, cpuMicroseconds } of clocksOfProc()) {
    if (name === 'log') own += cpuMicroseconds;
    else others += cpuMicroseconds;
  }
  return { log: own, others };
}
