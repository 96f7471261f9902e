import type { CaseResult } from './suite-result.ts';
import type { SuiteSettings } from './suite-settings.ts';

/** What the process of a scenario is told, once. */
export interface ScenarioOrder {
  readonly scenario: string;
  /** Names. */
  readonly cases: readonly string[];
  readonly settings: SuiteSettings;
}

/** What it tells. */
export type ScenarioMessage =
  | { readonly kind: 'case'; readonly name: string }
  | { readonly kind: 'step'; readonly text: string }
  | { readonly kind: 'result'; readonly result: CaseResult };
