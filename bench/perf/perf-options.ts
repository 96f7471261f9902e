import type { LoadRange } from './load-range.ts';

export interface PerfOptions {
  readonly model: string;
  readonly version: string | null;
  /** Origin, such as `http://localhost:8000`. */
  readonly url: string;
  readonly metricsUrl: string;
  readonly batchSizes: readonly number[];
  readonly load: PerfLoad;
  /** Of Poisson arrivals and random inputs. */
  readonly seed: number;
  readonly binarySearch: boolean;
  readonly latencyThresholdMilliseconds: number | null;
  /** Above 0 and below 100; null for the mean, as in perf_analyzer. */
  readonly percentile: number | null;
  readonly windows: WindowPlan;
  readonly stabilityPercentage: number;
  readonly maxTrials: number;
  readonly inputs: InputChoice;
  readonly binary: boolean;
  readonly generators: number | null;
  readonly connections: number;
  readonly json: string | null;
  readonly csv: string | null;
  readonly compare: string | null;
}

export type PerfLoad =
  | { readonly kind: 'concurrency'; readonly range: LoadRange }
  | {
      readonly kind: 'request rate';
      readonly range: LoadRange;
      readonly distribution: 'constant' | 'poisson';
    };

export type WindowPlan =
  | { readonly mode: 'time_windows'; readonly milliseconds: number }
  | { readonly mode: 'count_windows'; readonly requests: number };

export interface InputChoice {
  /** `zero`, `random` or the path of a JSON file. */
  readonly data: string;
  readonly text: string | null;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

export const highestConcurrency = 4096;
export const highestRequestRate = 100_000;
