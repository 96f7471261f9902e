import type { Report, Verdict } from '../analysis/report/report.ts';
import { costLines } from './report-table-cost.ts';
import { laneLines } from './report-table-lanes.ts';
import { readinessTable } from './report-table-readiness.ts';
import { samplingLines } from './report-table-sampling.ts';
import { segmentTable } from './report-table-segments.ts';
import { confidenceLines, servingTable, trafficLines } from './report-table-serving.ts';
import { similarityLines } from './report-table-similarity.ts';
import { sliceTable } from './report-table-slices.ts';
import { cut, harmless, minuteOf, type Page, pageOf, paragraphs } from './report-table-text.ts';

const headlines: Record<Verdict['decision'], string> = {
  promote: ' PROMOTE ',
  keep_shadowing: ' KEEP SHADOWING ',
  reject: ' REJECT ',
};

/** The report for people: what to do and why, then who is hit, then everything else. Ends in a newline. */
export function renderReport(
  report: Report,
  options: { readonly color: boolean; readonly width: number },
): string {
  const page = pageOf(options);
  const sections = [
    verdictLines(report, page),
    segmentTable(report, page),
    ...sliceTable(report, page),
    readinessTable(report, page),
    trafficLines(report, page),
    ...samplingLines(report, page),
    ...similarityLines(report, page),
    ...confidenceLines(report, page),
    ...servingTable(report, page),
    ...costLines(report, page),
    ...laneLines(report, page),
  ];
  return `\n${sections.join('\n\n')}\n`;
}

function verdictLines(report: Report, page: Page): string {
  const { colors } = page;
  const { decision, reasons } = report.verdict;
  const paint = {
    promote: (text: string) => colors.bgGreen(colors.black(text)),
    keep_shadowing: (text: string) => colors.bgYellow(colors.black(text)),
    reject: (text: string) => colors.bgRed(colors.white(text)),
  }[decision];
  const room = page.width - headlines[decision].length - 2;
  const who = cut(harmless(`${report.model}  v${report.primary} → v${report.shadow}`), room);
  const when = cut(
    `${minuteOf(report.window.from)} to ${minuteOf(report.window.to)} UTC`,
    room - who.length - 2,
  );
  return [
    `${paint(colors.bold(headlines[decision]))}  ${colors.bold(who)}${colors.dim(`  ${when}`)}`,
    paragraphs(page, reasons.map(harmless), '•'),
  ].join('\n');
}
