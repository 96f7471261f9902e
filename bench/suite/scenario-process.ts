import { LoadGenerator } from '../load-generator.ts';
import { measureCase } from './measure-case.ts';
import { scenarios } from './scenario-list.ts';
import type { ScenarioMessage, ScenarioOrder } from './scenario-message.ts';

/**
 * The process of one scenario: measures the cases it is told to, one after the other, and tells each result as soon as it has
 * it. What it starts stays in the session of whoever started it (see `startBenchServer`).
 */
process.once('message', (order: ScenarioOrder) => {
  // Nobody is left to tell.
  process.on('disconnect', () => process.exit());
  void obey(order).finally(() => process.disconnect());
});

async function obey({ scenario: name, cases, settings }: ScenarioOrder): Promise<void> {
  const scenario = scenarios.find((one) => one.name === name)!;
  const known = await scenario.cases(settings);
  using generator = new LoadGenerator();
  const bench = { settings, generator, tell: (text: string) => tell({ kind: 'step', text }) };
  for (const one of known.filter((each) => cases.includes(each.name))) {
    await tell({ kind: 'case', name: one.name });
    await tell({ kind: 'result', result: await measureCase(one, bench) });
  }
}

/** Resolves when it is on its way: a process that ends takes what it has not sent along. */
function tell(message: ScenarioMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send!(message, () => resolve());
  });
}
