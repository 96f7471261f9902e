import { writeFile } from 'node:fs/promises';
import { caseText } from './suite/case-text.ts';
import { chosenCases } from './suite/chosen-cases.ts';
import { type SuiteOptions, suiteCommand } from './suite/flags.ts';
import { runSuite } from './suite/run-suite.ts';
import { scenarios } from './suite/scenario-list.ts';
import { SuiteProgress } from './suite/suite-progress.ts';
import { listText, summaryText } from './suite/suite-text.ts';

/**
 * The bench suite: `npm run bench -- --only ceilings`. Exits with 1 where `--compare` finds something that got worse beyond the
 * noise, with 2 where something could not be measured or compared.
 */
async function bench({ list, only, json, settings }: SuiteOptions): Promise<void> {
  const chosen = await chosenCases(scenarios, settings, only);
  if (list) {
    process.stdout.write(listText(chosen));
    return;
  }
  const progress = new SuiteProgress(
    process.stderr,
    chosen.reduce((sum, { cases }) => sum + cases.length, 0),
  );
  const result = await runSuite(chosen, settings, process.argv.slice(2), (scenario) => ({
    begin: (name) => progress.begin(`${scenario}/${name}`),
    step: (text) => progress.step(text),
    end: (one) => progress.end(caseText(scenario, one)),
  }));
  progress.stop();
  process.stdout.write(summaryText(result));
  if (json !== null) await writeFile(json, `${JSON.stringify(result, null, 1)}\n`);
  if (result.scenarios.some(({ cases }) => cases.some(({ failure }) => failure !== null)))
    process.exitCode = 2;
}

try {
  await suiteCommand(bench).exitOverride().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Commander has said what was wrong already; all else is said here. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2;
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
}
