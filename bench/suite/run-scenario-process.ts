import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import type { ChosenScenario } from './chosen-cases.ts';
import type { ScenarioMessage, ScenarioOrder } from './scenario-message.ts';
import { type CaseResult, caseResultSchema } from './suite-result.ts';
import type { SuiteSettings } from './suite-settings.ts';

export interface ScenarioProgress {
  readonly step: (text: string) => void;
  readonly begin: (name: string) => void;
  readonly end: (result: CaseResult) => void;
}

/** Runs the cases of a scenario in a process of its own. Where that dies, the case it was at is a failure, as are those after it. */
export async function runScenarioProcess(
  { scenario, cases }: ChosenScenario,
  settings: SuiteSettings,
  progress: ScenarioProgress,
): Promise<CaseResult[]> {
  const child = fork(new URL('./scenario-process.ts', import.meta.url), { serialization: 'advanced' });
  const results: CaseResult[] = [];
  const accept = (result: CaseResult): void => {
    results.push(result);
    progress.end(result);
  };
  let broken: string | null = null;
  child.on('message', (message: ScenarioMessage) => {
    if (message.kind === 'case') progress.begin(message.name);
    else if (message.kind === 'step') progress.step(message.text);
    else {
      const parsed = caseResultSchema.safeParse(message.result);
      if (parsed.success) accept(parsed.data);
      else {
        broken = `the result of the scenario is not in order: ${z.prettifyError(parsed.error)}`;
        child.kill();
      }
    }
  });
  const order: ScenarioOrder = { scenario: scenario.name, cases: cases.map(({ name }) => name), settings };
  child.send(order);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  for (const { name, about, axis } of cases.slice(results.length)) {
    const failure =
      broken ?? `the process of the scenario ended with ${code ?? signal} before it had a result`;
    accept({
      ...{ name, about, axis, failure, seconds: 0 },
      points: [],
      ratios: [],
      resources: [],
      tables: [],
    });
  }
  return results;
}
