import { readMachine } from '../perf/machine.ts';
import type { ChosenScenario } from './chosen-cases.ts';
import { gpuNames } from './gpu-names.ts';
import { runScenarioProcess, type ScenarioProgress } from './run-scenario-process.ts';
import { type ScenarioResult, type SuiteResult, suiteSchemaVersion } from './suite-result.ts';
import type { SuiteSettings } from './suite-settings.ts';
import { readVersions } from './versions.ts';

/** Runs scenario after scenario: two at once would measure each other. */
export async function runSuite(
  chosen: readonly ChosenScenario[],
  settings: SuiteSettings,
  command: readonly string[],
  progressOf: (scenario: string) => ScenarioProgress,
): Promise<SuiteResult> {
  const measuredAt = new Date().toISOString();
  const versions = await readVersions();
  const scenarios: ScenarioResult[] = [];
  for (const one of chosen) {
    const { name, title, about } = one.scenario;
    const cases = await runScenarioProcess(one, settings, progressOf(name));
    scenarios.push({ name, title, about, cases });
  }
  const { seconds, rounds, warmUpSeconds, quick } = settings;
  return {
    ...{ schemaVersion: suiteSchemaVersion, suite: 'understudy', measuredAt, command: [...command] },
    machine: { ...readMachine(), gpus: gpuNames() },
    versions,
    settings: { seconds, rounds, warmUpSeconds, quick },
    scenarios,
  };
}
