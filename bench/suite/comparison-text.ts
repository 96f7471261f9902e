import Table from 'cli-table3';
import type { FigureComparison } from './compare-suites.ts';
import type { SuiteResult } from './suite-result.ts';

/** What moved beyond the noise, and how much did not. Says first where the machines or versions are not the same. */
export function comparisonText(
  old: SuiteResult,
  now: SuiteResult,
  comparisons: readonly FigureComparison[],
): string {
  const table = new Table({
    head: ['case', 'figure', 'new ÷ old', ''],
    style: { head: [], border: [], compact: true },
  });
  const count = (verdict: string): number =>
    comparisons.filter(({ change }) => change.verdict === verdict).length;
  const moved = comparisons.filter(({ change }) => ['better', 'worse'].includes(change.verdict));
  for (const { name, what, change } of moved) {
    table.push([name, what, change.ratio?.toFixed(2) ?? '', change.verdict]);
  }
  const reasons = new Set(comparisons.flatMap(({ reason }) => (reason === null ? [] : [reason])));
  return [
    `against ${old.measuredAt}`,
    ...differences(old, now),
    ...(moved.length > 0 ? [table.toString()] : []),
    `of ${comparisons.length} figures ${moved.length} moved, ${count('within the noise')} are within the noise, ` +
      `${count('not comparable')} cannot be compared${reasons.size === 0 ? '' : ` (${[...reasons].join('; ')})`}`,
  ].join('\n');
}

export function gotWorse(comparisons: readonly FigureComparison[]): boolean {
  return comparisons.some(({ change }) => change.verdict === 'worse');
}

/** What else is not as it was, in sentences: a figure that moved may have moved with it. */
function differences(old: SuiteResult, now: SuiteResult): string[] {
  const facts = ({ machine, versions, settings }: SuiteResult): Record<string, string> => ({
    CPU: `${machine.availableCpus} of ${machine.cpus} × ${machine.cpuModel}`,
    GPU: machine.gpus.join(', ') || 'none',
    kernel: machine.kernel,
    Node: versions.node,
    'ONNX Runtime': versions.onnxRuntime,
    Understudy: `${versions.understudy}${versions.commit === null ? '' : ` (${versions.commit})`}`,
    settings: `${settings.rounds} rounds of ${settings.seconds} s`,
  });
  const then = facts(old);
  return Object.entries(facts(now))
    .filter(([what, value]) => then[what] !== value)
    .map(([what, value]) => `not the same ${what}: then ${then[what]}, now ${value}`);
}
