import { readAvailableCpus } from '../../src/threads/available-cpus.ts';
import { openInputRows } from '../inputs/input-rows.ts';
import { requestsFor } from '../inputs/requests-for.ts';
import { GeneratorFleet } from './generator-fleet.ts';
import { readMachine } from './machine.ts';
import { measurePoint } from './measure-point.ts';
import { readModelMetadata, readServerMetadata } from './model-metadata.ts';
import {
  highestConcurrency,
  highestRequestRate,
  type PerfTarget,
  type SweepOptions,
} from './perf-options.ts';
import { kept } from './perf-point.ts';
import { type PerfPoint, type PerfResult, type PerfWindow, perfSchemaVersion } from './perf-result.ts';
import { binarySearch, sweep } from './search.ts';
import { tryRequest } from './try-request.ts';

export interface PerfProgress {
  readonly window: (batchSize: number, load: number, window: PerfWindow, index: number) => void;
  readonly point: (point: PerfPoint) => void;
}

/** Measures all that was asked for. Throws with a sentence for people where the server or the model cannot be asked so. */
export async function runPerf(
  options: PerfTarget & SweepOptions,
  command: readonly string[],
  measuredAt: Date,
  progress: PerfProgress,
): Promise<PerfResult> {
  const { url, model, version, load, latencyThresholdMilliseconds: threshold, inputs } = options;
  const modelUrl = `${url}/v2/models/${encodeURIComponent(model)}${version === null ? '' : `/versions/${encodeURIComponent(version)}`}`;
  const metadata = await readModelMetadata(modelUrl);
  const server = await readServerMetadata(url);
  const rows = await openInputRows(inputs, options.seed);
  const { binary } = options;
  const requests = options.batchSizes.map((batchSize) =>
    requestsFor(metadata.inputs, { ...inputs, batchSize, rows, binary }),
  );
  for (const some of requests) await tryRequest(`${modelUrl}/infer`, some[0]!);
  // The generators take turns with the server: where both are on this machine, half of it is the server's.
  const most = Math.max(1, Math.floor(readAvailableCpus().count / 2));
  using fleet = new GeneratorFleet(options.generators ?? 1, options.generators ?? most);
  const points: PerfPoint[] = [];
  const best: { readonly batchSize: number; readonly point: number | null }[] = [];
  for (const [i, batchSize] of options.batchSizes.entries()) {
    const first = points.length;
    const measure = async (value: number): Promise<boolean> => {
      const order = { batchSize, load: value, address: `${modelUrl}/infer`, requests: requests[i]! };
      const point = await measurePoint(options, order, fleet, (window, index) =>
        progress.window(batchSize, value, window, index),
      );
      points.push(point);
      progress.point(point);
      return kept(point, threshold);
    };
    const { range } = load;
    const found =
      options.binarySearch && range.end !== null
        ? await binarySearch({ ...range, end: range.end }, measure)
        : await sweep(range, load.kind === 'concurrency' ? highestConcurrency : highestRequestRate, measure);
    const at = points.findIndex(
      (point, j) => j >= first && (point.concurrency ?? point.requestRate) === found,
    );
    best.push({ batchSize, point: at < 0 ? null : at });
  }
  return {
    schemaVersion: perfSchemaVersion,
    measuredAt: measuredAt.toISOString(),
    command: [...command],
    machine: readMachine(),
    versions: { node: process.version, serverName: server?.name ?? null, server: server?.version ?? null },
    ...{ url, binary, model: { name: model, version } },
    distribution: load.kind === 'request rate' ? load.distribution : null,
    connections: load.kind === 'request rate' ? options.connections : null,
    percentile: options.percentile,
    latencyThresholdMilliseconds: threshold,
    stabilityPercentage: options.stabilityPercentage,
    points,
    best: threshold === null ? null : best,
  };
}
