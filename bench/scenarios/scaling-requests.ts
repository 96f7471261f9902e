import { startBenchServer } from '../run-scenario.ts';
import { interleave, loadOf, type Side } from '../suite/interleave.ts';
import { requestsTo } from '../suite/requests-to.ts';
import type { Bench, Case, CaseFindings } from '../suite/scenario.ts';
import { thinned } from '../suite/suite-settings.ts';

const rowCounts = [1, 4, 16, 64, 256, 1024, 4096];
const concurrencies = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
/** Points of a sweep meet a server that the ones before them have warmed. */
const warmUpSeconds = 0.5;

export const rowsCase: Case = {
  name: 'rows-per-request',
  about: 'A small MLP, 8 requests at once, of ever more rows, as JSON and as bytes.',
  axis: { label: 'rows per request', scale: 'log' },
  ...{ ratios: [], quick: true },
  measure: (bench) =>
    sweep(
      bench,
      thinned(rowCounts, bench.settings).flatMap((batchSize) => [
        { subject: 'JSON', x: batchSize, batchSize, binary: false, connections: 8 },
        { subject: 'binary', x: batchSize, batchSize, binary: true, connections: 8 },
      ]),
    ),
};

export const concurrencyCase: Case = {
  name: 'concurrency',
  about: 'A small MLP, JSON, 1 row, with ever more requests at once.',
  axis: { label: 'requests at once', scale: 'log' },
  ...{ ratios: [], quick: true },
  measure: (bench) =>
    sweep(
      bench,
      thinned(concurrencies, bench.settings).map((connections) => ({
        ...{ subject: 'understudy', x: connections, batchSize: 1, binary: false, connections },
      })),
    ),
};

interface Point {
  readonly subject: string;
  readonly x: number;
  readonly batchSize: number;
  readonly binary: boolean;
  readonly connections: number;
}

/** All points take turns on one server. */
async function sweep(bench: Bench, points: readonly Point[]): Promise<CaseFindings> {
  await using server = await startBenchServer('./servers/understudy.ts', JSON.stringify({ sample: 'off' }));
  const { seed } = bench.settings;
  const sides: Side[] = [];
  for (const { subject, x, batchSize, binary, connections } of points) {
    const load = await requestsTo(server.url, { model: 'mlp', batchSize, binary, seed });
    sides.push({
      ...{ subject, x, batchSize, watched: server },
      loop: { kind: 'closed', concurrency: connections },
      measure: loadOf({ ...load, connections, rate: null }),
    });
  }
  const { points: measured } = await interleave(bench, sides, warmUpSeconds);
  return { points: measured };
}
