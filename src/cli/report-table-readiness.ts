import type { Gate, Report } from '../analysis/report/report.ts';
import { gatesOf, readinessText } from '../presentation/gates.ts';
import { harmless, heading, minuteOf, type Page, plainTable } from './report-table-text.ts';

const barWidth = 20;

/** One bar for each gate, and when it is likely to open. */
export function readinessTable(report: Report, page: Page): string {
  const { readiness } = report;
  return [
    heading(page, 'Readiness', readinessText(readiness)),
    plainTable({
      rows: gatesOf(report).map(({ name, gate, text }) => [
        name,
        bar(page, gate),
        `${Math.floor(gate.progress * 100)}%`,
        gate.eta === null ? harmless(text) : `${harmless(text)}, by ${minuteOf(gate.eta)}`,
      ]),
      align: ['left', 'left', 'right', 'left'],
      widths: [8, barWidth, 4, page.width - barWidth - 22],
      wrap: true,
    }),
  ].join('\n');
}

function bar({ colors }: Page, { ready, progress }: Gate): string {
  const full = Math.floor(progress * barWidth);
  const color = ready ? colors.green : colors.yellow;
  return `${color('█'.repeat(full))}${colors.dim('░'.repeat(barWidth - full))}`;
}
