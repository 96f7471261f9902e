import type { Gate, Report } from '../analysis/report.ts';
import { count, harmless, heading, minuteOf, type Page, plainTable, share } from './report-table-text.ts';

const barWidth = 20;

/** One bar for each gate, and when it is likely to open. */
export function readinessTable({ readiness, task }: Report, page: Page): string {
  const { samples, power, coverage, labels, margin } = readiness;
  const place =
    samples.smallest.segment === null
      ? 'in all'
      : `in ${harmless(`${samples.smallest.segment.column}=${samples.smallest.segment.value}`)}`;
  const loss = lossText(task, margin);
  const gates: [string, Gate, string][] = [
    ['samples', samples, `${count(samples.smallest.n)} of ${count(samples.target)} rows ${place}`],
    [
      'power',
      power,
      power.needed === null
        ? `not known yet how many pairs show ${loss}`
        : `${count(power.have)} of ${count(power.needed)} pairs to see ${loss}`,
    ],
    [
      'coverage',
      coverage,
      `${coverage.days.toFixed(1)} of ${coverage.cycle_days} days, ${coverage.hours_of_week} of 168 hours of the week`,
    ],
    [
      'labels',
      labels,
      task === 'embedding'
        ? 'none are wanted: there is no truth about a vector'
        : `${count(labels.labelled)} of ${count(labels.matured)} mature rows labelled (${share(labels.fraction)})`,
    ],
  ];
  const projected =
    readiness.eta === null ? 'no date can be projected yet' : `by ${minuteOf(readiness.eta)} UTC`;
  const aside = readiness.ready ? 'enough evidence' : `not enough evidence yet, ${projected}`;
  return [
    heading(page, 'Readiness', aside),
    plainTable({
      rows: gates.map(([name, gate, text]) => [
        name,
        bar(page, gate),
        `${Math.floor(gate.progress * 100)}%`,
        gate.eta === null ? text : `${text}, by ${minuteOf(gate.eta)}`,
      ]),
      align: ['left', 'left', 'right', 'left'],
      widths: [8, barWidth, 4, page.width - barWidth - 22],
      wrap: true,
    }),
  ].join('\n');
}

/** What the margin is of. */
function lossText(task: Report['task'], margin: number): string {
  switch (task) {
    case 'classification':
    case 'ranking':
      return `a loss of ${(margin * 100).toFixed(1)} points`;
    case 'regression':
      return `a loss of ${share(margin)} of its error`;
    case 'embedding':
      return `a mean cosine below ${Number((1 - margin).toFixed(4))}`;
  }
}

function bar({ colors }: Page, { ready, progress }: Gate): string {
  const full = Math.floor(progress * barWidth);
  const color = ready ? colors.green : colors.yellow;
  return `${color('█'.repeat(full))}${colors.dim('░'.repeat(barWidth - full))}`;
}
