import { parentPort, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import { generateTransactions, type Transaction } from '../../models/training/fraud-data.ts';
import { Random } from '../../models/training/random.ts';

/** Thread that plays the demo's traffic over HTTP: a fortnight of payments, and the truth about them two days later. */
export interface PlayerOptions {
  readonly url: string;
  readonly model: string;
  readonly requests: number;
  readonly seed: number;
  readonly days: number;
  /** The truth about a payment arrives that much later (in the time of the traffic). */
  readonly labelDelayDays: number;
}

export interface PlayedSoFar {
  readonly requests: number;
  readonly labels: number;
  readonly failed: number;
}

const day = 86_400_000;
const connections = 32;
const labelsPerCall = 5000;

const options = workerData as PlayerOptions;
const pool = new Pool(options.url, { connections, pipelining: 1 });
const played = { requests: 0, labels: 0, failed: 0 };
const progress = setInterval(() => parentPort?.postMessage({ ...played }), 200);

// Whole days, the last of them yesterday, so that all of it lies in the past.
const begin = Math.floor(Date.now() / day) * day - options.days * day;
const random = new Random(options.seed);
const byDay: Transaction[][] = [];
for (let d = 0; d < options.days; d++) {
  const share = Math.floor(options.requests / options.days);
  const count = d === options.days - 1 ? options.requests - share * (options.days - 1) : share;
  const transactions = generateTransactions(options.seed + d, count).map((transaction, i) => ({
    ...transaction,
    id: `d${d}-${i}`,
  }));
  byDay.push(transactions);
  await playDay(transactions, begin + d * day);
  const known = byDay[d - options.labelDelayDays];
  if (known) await sendLabels(known, begin + d * day);
}
clearInterval(progress);
parentPort?.postMessage({ ...played });
await pool.close();

async function playDay(transactions: readonly Transaction[], midnight: number): Promise<void> {
  const timed = transactions
    .map((transaction) => ({ transaction, time: midnight + timeOfDay(transaction) }))
    .sort((a, b) => a.time - b.time);
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < timed.length) {
      const { transaction, time } = timed[next++]!;
      const { id, entity, features, segments } = transaction;
      const timestamp = new Date(time).toISOString();
      await post(`/predict/${options.model}`, { id, entity, features, segments, timestamp });
      played.requests++;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
}

/** Milliseconds since midnight: within the hour the payment says it was made in. */
function timeOfDay({ features }: Transaction): number {
  return ((features.hour ?? 0) + random.uniform()) * 3_600_000;
}

async function sendLabels(transactions: readonly Transaction[], knownMs: number): Promise<void> {
  const timestamp = new Date(knownMs).toISOString();
  for (let from = 0; from < transactions.length; from += labelsPerCall) {
    const labels = transactions
      .slice(from, from + labelsPerCall)
      .map(({ id, label }) => ({ id, label, timestamp }));
    await post(`/v2/models/${options.model}/labels`, { labels });
    played.labels += labels.length;
  }
}

async function post(path: string, body: object): Promise<void> {
  const response = await pool.request({ path, method: 'POST', body: JSON.stringify(body) });
  if (response.statusCode !== 200) played.failed++;
  await response.body.dump();
}
