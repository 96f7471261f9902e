import type { InputChoice } from '../inputs/input-choice.ts';
import type { LoadRange } from './load-range.ts';

/** What is measured. */
export interface PerfTarget {
  readonly model: string;
  readonly version: string | null;
  /** Origin, such as `http://localhost:8000`. */
  readonly url: string;
  readonly metricsUrl: string;
}

/** How it is measured. */
export interface SweepOptions {
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
}

export interface PerfOptions extends PerfTarget, SweepOptions {
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

export const highestConcurrency = 4096;
export const highestRequestRate = 100_000;
