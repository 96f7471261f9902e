import { writeFile } from 'node:fs/promises';
import { caseText } from './suite/case-text.ts';
import { chosenCases } from './suite/chosen-cases.ts';
import { compareSuites } from './suite/compare-suites.ts';
import { comparisonText, gotWorse } from './suite/comparison-text.ts';
import { type SuiteOptions, suiteCommand } from './suite/flags.ts';
import { readSuiteResult } from './suite/read-suite-result.ts';
import { runSuite } from './suite/run-suite.ts';
import { scenarios } from './suite/scenario-list.ts';
import { SuiteProgress } from './suite/suite-progress.ts';
import type { SuiteResult } from './suite/suite-result.ts';
import { listText, summaryText } from './suite/suite-text.ts';

/**
 * The bench suite: `npm run bench -- --only ceilings`. Exits with 1 where `--compare` finds something that got worse beyond the
 * noise, with 2 where something could not be measured or compared.
 */
async function bench({ list, only, json, html, compare, settings }: SuiteOptions): Promise<void> {
  const chosen = await chosenCases(scenarios, settings, only);
  if (list) {
    process.stdout.write(listText(chosen));
    return;
  }
  // Read first: who measures for an hour must not learn at the end that the file is none.
  const old = compare === null ? null : await readSuiteResult(compare);
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
  if (html !== null) await writeFile(html, await pageOf(result));
  const failed = result.scenarios.some(({ cases }) => cases.some(({ failure }) => failure !== null));
  const comparisons = old === null ? [] : compareSuites(old, result);
  if (old !== null) process.stdout.write(`\n${comparisonText(old, result, comparisons)}\n`);
  process.exitCode = failed ? 2 : gotWorse(comparisons) ? 1 : 0;
}

/** Loaded when it is asked for: the plotting library is large. */
async function pageOf(result: SuiteResult): Promise<string> {
  const { suitePage } = await import('./suite/page/suite-page.ts');
  return suitePage(result);
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
