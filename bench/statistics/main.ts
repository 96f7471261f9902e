import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { clopperPearson } from './clopper-pearson.ts';
import { outcomeOf } from './outcome.ts';
import type { Finding } from './simulation.ts';
import { simulations } from './simulations.ts';

/**
 * Whether the statistics of the report keep what they promise, with what is true known: `node bench/statistics/main.ts`
 * [--only name] [--runs n] [--seed n]. Exits with 1 where a promise is missed by more than chance explains.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const chosen = simulations.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) {
  throw new Error(
    `no simulation is named like --only ${values.only}; there are ${simulations.map(({ name }) => name).join(', ')}`,
  );
}
const seed = wholeNumber('--seed', values.seed);
const runs = values.runs === undefined ? null : wholeNumber('--runs', values.runs);

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${option} is ${text}; it must be a whole number above 0`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function seenText({ seen }: Finding): [string, string, string] {
  if (typeof seen === 'string') return [seen, '', ''];
  const { lower, upper } = clopperPearson(seen);
  const of = seen.of.toLocaleString('en-US');
  return [percent(seen.count / seen.of), `${percent(lower)} to ${percent(upper)}`, of];
}

let missed = false;
for (const { name, question, runs: standard, simulate } of chosen) {
  const begin = performance.now();
  const findings = await simulate(runs ?? standard, seed);
  const table = new Table({
    head: ['', 'wanted', 'seen', 'Monte Carlo 95%', 'of', ''],
    style: { head: [], border: [], compact: true },
  });
  for (const finding of findings) {
    const { what, wanted } = finding;
    const outcome = outcomeOf(finding);
    if (outcome === 'miss') missed = true;
    table.push([
      what,
      wanted === null ? '' : `${wanted.bound} ${percent(wanted.share)}`,
      ...seenText(finding),
      outcome ?? '',
    ]);
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  process.stdout.write(`\n${name}: ${question} (${seconds} s)\n${table.toString()}\n`);
}
process.exitCode = missed ? 1 : 0;
