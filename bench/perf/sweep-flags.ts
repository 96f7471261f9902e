import { type Command, Option } from 'commander';
import type { InputRange } from '../inputs/input-range.ts';
import { batchSizes, inputRange, percentile, positive, shape, whole } from './flag-values.ts';
import { type LoadRange, parseLoadRange } from './load-range.ts';
import {
  highestConcurrency,
  highestRequestRate,
  type SweepOptions,
  type WindowPlan,
} from './perf-options.ts';

export interface SweepFlags {
  readonly batchSize: readonly number[];
  readonly concurrencyRange?: LoadRange;
  readonly requestRateRange?: LoadRange;
  readonly requestDistribution?: 'constant' | 'poisson';
  readonly seed: number;
  readonly binarySearch?: true;
  readonly latencyThreshold?: number;
  readonly percentile?: number;
  readonly measurementMode: WindowPlan['mode'];
  readonly measurementInterval?: number;
  readonly measurementRequestCount?: number;
  readonly stabilityPercentage: number;
  readonly maxTrials: number;
  readonly inputData: string;
  readonly stringData?: string;
  readonly shape?: ReadonlyMap<string, readonly number[]>;
  readonly inputRange?: ReadonlyMap<string, InputRange>;
  readonly binary?: true;
  readonly generators?: number;
  readonly connections?: number;
}

/** What a sweep is where nothing is said. */
export interface SweepDefaults {
  readonly batchSizes: readonly number[];
  readonly concurrency: LoadRange;
  readonly windowMilliseconds: number;
}

/** How a server is swept, in perf_analyzer's names; what it has and we do not is not accepted. */
export function addSweepFlags(command: Command, defaults: SweepDefaults): Command {
  return command
    .option(
      '-b, --batch-size <n,…>',
      'rows of a request; several, with commas, are measured in turn',
      batchSizes,
      [...defaults.batchSizes],
    )
    .option('--concurrency-range <start:end:step>', 'closed loop: requests under way at once', (text) =>
      parseLoadRange(text, { whole: true, highest: highestConcurrency }),
    )
    .option('--request-rate-range <start:end:step>', 'open loop: requests per second', (text) =>
      parseLoadRange(text, { whole: false, highest: highestRequestRate }),
    )
    .addOption(
      new Option('--request-distribution <distribution>', 'gaps between requests of an open loop').choices([
        'constant',
        'poisson',
      ]),
    )
    .option('--seed <n>', 'of Poisson arrivals and random inputs', whole(0), 1)
    .option('--binary-search', 'look for the highest load under the threshold, to within a step')
    .option('-l, --latency-threshold <ms>', 'end at the first point whose latency is above it', positive)
    .option(
      '--percentile <n>',
      'latency that must be stable and under the threshold; left out, the mean',
      percentile,
    )
    .addOption(
      new Option('--measurement-mode <mode>', 'what makes a window')
        .choices(['time_windows', 'count_windows'])
        .default('time_windows'),
    )
    .option(
      '-p, --measurement-interval <ms>',
      `length of a window (${defaults.windowMilliseconds})`,
      whole(100, 60_000),
    )
    .option('--measurement-request-count <n>', 'requests of a window of count_windows (50)', whole(1))
    .option('-s, --stability-percentage <n>', 'how far the last three windows may differ', positive, 10)
    .option('-r, --max-trials <n>', 'windows of a point at most', whole(3), 10)
    .option('--input-data <kind>', 'zero, random or a JSON file', 'random')
    .option('--string-data <text>', 'text of every BYTES element')
    .option('--shape <name:n,…>', 'shape of an input with other dynamic dimensions, for one row', shape)
    .option('--input-range <name:low,high>', 'what random values of an input lie between', inputRange)
    .option('--binary', "tensors in Triton's binary form instead of JSON")
    .option('--generators <n>', 'processes that make the load; left out, more when one is busy', whole(1, 64))
    .option('--connections <n>', 'connections of an open loop (64)', whole(1, highestConcurrency));
}

/** @param refuse ends the command with a sentence on what does not fit together */
export function sweepOptionsOf(
  flags: SweepFlags,
  defaults: SweepDefaults,
  refuse: (problem: string) => never,
): SweepOptions {
  const { concurrencyRange, requestRateRange, measurementMode } = flags;
  const threshold = flags.latencyThreshold ?? null;
  if (concurrencyRange && requestRateRange) {
    refuse('--concurrency-range and --request-rate-range exclude each other; a run has one of them');
  }
  if (flags.requestDistribution && !requestRateRange) {
    refuse('--request-distribution is for an open loop; give --request-rate-range, too');
  }
  if (flags.connections !== undefined && !requestRateRange) {
    refuse('--connections is for an open loop; a closed loop has as many as --concurrency-range says');
  }
  if (flags.measurementRequestCount !== undefined && measurementMode !== 'count_windows') {
    refuse('--measurement-request-count is for --measurement-mode count_windows');
  }
  if (flags.measurementInterval !== undefined && measurementMode !== 'time_windows') {
    refuse('--measurement-interval is for --measurement-mode time_windows');
  }
  const range = requestRateRange ?? concurrencyRange ?? defaults.concurrency;
  if (range.end === null && threshold === null) {
    refuse('a range without an end (0) needs --latency-threshold, or it would never end');
  }
  if (flags.binarySearch && threshold === null) {
    refuse('--binary-search needs --latency-threshold: the highest load that keeps under what?');
  }
  if (flags.binarySearch && range.multiplies) {
    refuse('--binary-search ends within a step, which must be a number, such as 1:64:1');
  }
  if (flags.binarySearch && (range.end === null || range.end === range.start)) {
    refuse('--binary-search needs a range with a start and an end, such as 1:64:1');
  }
  return {
    batchSizes: flags.batchSize,
    seed: flags.seed,
    load: requestRateRange
      ? { kind: 'request rate', range, distribution: flags.requestDistribution ?? 'constant' }
      : { kind: 'concurrency', range },
    binarySearch: flags.binarySearch ?? false,
    latencyThresholdMilliseconds: threshold,
    percentile: flags.percentile ?? null,
    windows:
      measurementMode === 'time_windows'
        ? { mode: measurementMode, milliseconds: flags.measurementInterval ?? defaults.windowMilliseconds }
        : { mode: measurementMode, requests: flags.measurementRequestCount ?? 50 },
    stabilityPercentage: flags.stabilityPercentage,
    maxTrials: flags.maxTrials,
    inputs: {
      data: flags.inputData,
      text: flags.stringData ?? null,
      shapes: flags.shape ?? new Map(),
      ranges: flags.inputRange ?? new Map(),
    },
    binary: flags.binary ?? false,
    generators: flags.generators ?? null,
    connections: flags.connections ?? 64,
  };
}
