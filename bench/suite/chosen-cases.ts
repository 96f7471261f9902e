import { matchesGlob } from 'node:path';
import type { Case, Scenario } from './scenario.ts';
import type { SuiteSettings } from './suite-settings.ts';

export interface ChosenScenario {
  readonly scenario: Scenario;
  /** At least one. */
  readonly cases: readonly Case[];
}

/**
 * What `--only` names: `SCENARIO` or `SCENARIO/CASE`, either as a glob or as its beginning. A smoke run leaves out what is not
 * for it, unless a case is named. Throws where a pattern names nothing.
 */
export async function chosenCases(
  scenarios: readonly Scenario[],
  settings: SuiteSettings,
  only: readonly string[],
): Promise<readonly ChosenScenario[]> {
  const used = new Set<string>();
  const chosen: ChosenScenario[] = [];
  const names: string[] = [];
  for (const scenario of scenarios.filter(({ name }) => mayHold(name, only))) {
    const all = await scenario.cases(settings);
    names.push(...all.map(({ name }) => `${scenario.name}/${name}`));
    const cases = all.filter((one) => {
      const patterns = only.filter((pattern) => isNamedBy(pattern, scenario.name, one.name, all));
      for (const pattern of patterns) used.add(pattern);
      const isNamed = patterns.some((pattern) => pattern.includes('/'));
      return isNamed || ((only.length === 0 || patterns.length > 0) && (!settings.quick || one.quick));
    });
    if (cases.length > 0) chosen.push({ scenario, cases });
  }
  const unused = only.find((pattern) => !used.has(pattern));
  if (unused === undefined) return chosen;
  const known = names.length > 0 ? names : scenarios.map(({ name }) => name);
  throw new Error(`--only names ${unused}; there are ${known.join(', ')}`);
}

/** Whether a scenario, or cases of it, may be meant. */
export function mayHold(scenario: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((pattern) => begins(scenario, pattern.split('/')[0]!));
}

function isNamedBy(pattern: string, scenario: string, name: string, all: readonly Case[]): boolean {
  const [first = '', ...rest] = pattern.split('/');
  if (!begins(scenario, first)) return false;
  if (rest.length === 0) return true;
  const wanted = rest.join('/');
  // The whole name of a case is not the beginning of others.
  return all.some((one) => one.name === wanted) ? name === wanted : begins(name, wanted);
}

function begins(name: string, pattern: string): boolean {
  return name.startsWith(pattern) || matchesGlob(name, pattern);
}
