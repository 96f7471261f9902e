import type { LoadGenerator } from '../load-generator.ts';
import type { Axis, Measure, Ratio, Resources, ResultTable, SuitePoint, Wanted } from './suite-result.ts';
import type { SuiteSettings } from './suite-settings.ts';

/** A file of `bench/scenarios/`, named after what it measures. It runs in a process of its own. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** What it measures and why, in a sentence or two. */
  readonly about: string;
  /** In the order in which they run. */
  cases(settings: SuiteSettings): readonly Case[] | Promise<readonly Case[]>;
}

/** One measurement of a scenario, chosen by `--only SCENARIO/CASE`. */
export interface Case {
  readonly name: string;
  readonly about: string;
  /** What the points differ in; null where they are single. */
  readonly axis: Axis | null;
  readonly ratios: readonly RatioPlan[];
  /** Whether a smoke run has it. */
  readonly quick: boolean;
  /** Measures everything. What it starts ends with it. */
  measure(bench: Bench): Promise<CaseFindings>;
}

/** A ratio of the points of two subjects, at each place on the axis where there are both. */
export interface RatioPlan {
  readonly measure: Measure;
  readonly of: string;
  readonly by: string;
  /** Where `by` is taken, for all of `of`; left out, where `of` is. */
  readonly byX?: number;
  readonly wanted: Wanted | null;
}

export interface CaseFindings {
  readonly points: readonly SuitePoint[];
  /** Beside those that are planned. */
  readonly ratios?: readonly Ratio[];
  readonly resources?: readonly Resources[];
  readonly tables?: readonly ResultTable[];
}

/** What a case is given. */
export interface Bench {
  readonly settings: SuiteSettings;
  /** Warm after the first case, since it lives as long as the scenario. */
  readonly generator: LoadGenerator;
  /** Says what is under way, in a few words. */
  tell(text: string): void;
}
