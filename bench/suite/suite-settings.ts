import type { ExecutionProvider } from '../../src/config/deployment.ts';
import type { SweepOptions } from '../perf/perf-options.ts';

/** What every scenario is told. */
export interface SuiteSettings {
  /** Of one round of one point. */
  readonly seconds: number;
  /** How often each point is measured, in turn with those it is compared with. */
  readonly rounds: number;
  /** Until V8 has compiled what runs often; does not count. */
  readonly warmUpSeconds: number;
  readonly soakMinutes: number;
  /** A smoke run: shows that everything works, and no figure to rely on. */
  readonly quick: boolean;
  readonly seed: number;
  readonly models: ModelsSettings;
}

/** Of the scenario `models`. */
export interface ModelsSettings {
  /** The user's own repository; null for the bench's models. */
  readonly directory: string | null;
  readonly executionProviders: readonly ExecutionProvider[];
  readonly device: number;
  readonly instanceCounts: readonly number[];
  readonly threads: readonly number[];
  readonly sweep: SweepOptions;
}

/** All of them, or both ends of them in a smoke run. */
export function thinned<Value>(
  values: readonly Value[],
  { quick }: Pick<SuiteSettings, 'quick'>,
): readonly Value[] {
  return quick && values.length > 2 ? [values[0]!, values.at(-1)!] : values;
}
