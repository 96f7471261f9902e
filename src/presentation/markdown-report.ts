import type { Report, SegmentReport } from '../analysis/report/report.ts';
import { signed } from '../analysis/verdict/percent-text.ts';
import { gatesOf, readinessText } from './gates.ts';
import { lanesOf, ratioText } from './lanes.ts';
import { markdownCode, markdownTable, markdownText } from './markdown-text.ts';
import { measureOf } from './measure.ts';
import { bytes, count, milliseconds, minuteOf, share } from './report-text.ts';
import { listedSlices, sliceCells, sliceHeads } from './slice-text.ts';
import { statusSigns, verdictHeadlines } from './verdict-headline.ts';

/** A comment on a pull request is no place for more; GitHub also takes no more than 65,536 characters. */
const listedSegments = 50;
const listedFlips = 6;
const openSegments = 8;

/** The report as GitHub flavoured Markdown: the verdict and who is hit first, the rest below. Ends in a newline. */
export function markdownReport(report: Report): string {
  const sections = [
    headOf(report),
    segmentsOf(report),
    slicesOf(report),
    readinessOf(report),
    confidenceOf(report),
    servingOf(report),
    footOf(report),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function headOf({ verdict, model, primary, shadow, window }: Report): string {
  const { sign, words } = verdictHeadlines[verdict.decision];
  return [
    `## ${sign} ${words}: ${markdownCode(model)} ${markdownText(`v${primary} → v${shadow}`)}`,
    '',
    ...verdict.reasons.map((reason) => `- ${markdownText(reason)}`),
    '',
    `${minuteOf(window.from)} to ${minuteOf(window.to)} UTC`,
  ].join('\n');
}

function segmentsOf(report: Report): string {
  const measure = measureOf(report);
  const versions = measure.versionsTitle;
  const head = ['segment', 'traffic', 'rows', 'agree', versions, measure.title, 'status'].map(markdownText);
  const row = (name: string, traffic: number | null, block: Report['overall'], status: string) => {
    const interval = measure.interval(block);
    return [
      name,
      share(traffic),
      count(block.n),
      share(block.agreement?.estimate ?? null),
      measure.versions(block),
      interval === null ? '–' : measure.text(interval),
      status,
    ];
  };
  const rowOf = ({ segment, traffic_share, block, status, evidence }: SegmentReport) => {
    const words = `${statusSigns[status]} ${status}${status !== 'regressed' && evidence.discovery ? '\\*' : ''}`;
    const name = markdownCode(`${segment.column}=${segment.value}`);
    return row(name, traffic_share, block, status === 'regressed' ? `**${words}**` : words);
  };
  const align = head.map((_, index) => (index === 0 || index === 6 ? ('left' as const) : ('right' as const)));
  const listed = report.segments.slice(0, listedSegments);
  // What needs a look is open; a long tail of segments that do well is folded away.
  const open = Math.max(openSegments, listed.filter(({ status }) => status === 'regressed').length);
  const folded = listed.slice(open);
  const hidden = report.segments.length - listed.length + report.segments_omitted;
  return [
    '### Segments, worst first',
    '',
    markdownTable(head, align, [
      row('**all traffic**', 1, report.overall, ''),
      ...listed.slice(0, open).map(rowOf),
    ]),
    ...(folded.length === 0
      ? []
      : [
          `\n<details><summary>${count(folded.length)} less worrying ones</summary>\n`,
          `${markdownTable(head, align, folded.map(rowOf))}\n\n</details>`,
        ]),
    ...(hidden === 0 ? [] : [`\n… and ${count(hidden)} more, in the JSON.`]),
    ...(listed.some(({ status, evidence }) => status !== 'regressed' && evidence.discovery)
      ? ['\n\\* losses prevail here (e-BH list), though it is no alarm yet']
      : []),
  ].join('\n');
}

function slicesOf(report: Report): string {
  const { slices } = report;
  if (slices === null || slices.length === 0) return '';
  const rows = slices.slice(0, listedSlices).map((slice) => {
    const [name = '', ...cells] = sliceCells(report, slice);
    return [markdownCode(name), ...cells.map(markdownText)];
  });
  const align = (['left', 'right', 'right', 'left', 'right', 'left'] as const).slice();
  return [
    '### Slices, found by search and judged on the rows after it',
    '',
    markdownTable(sliceHeads(report).map(markdownText), align, rows),
  ].join('\n');
}

function readinessOf(report: Report): string {
  const rows = gatesOf(report).map(({ name, gate, text }) => [
    name,
    `${gate.ready ? '✓' : '…'} ${Math.floor(gate.progress * 100)}%`,
    markdownText(gate.eta === null ? text : `${text}, by ${minuteOf(gate.eta)}`),
  ]);
  return [
    `### Readiness: ${readinessText(report.readiness)}`,
    '',
    markdownTable(['gate', 'progress', ''], ['left', 'right', 'left'], rows),
  ].join('\n');
}

function confidenceOf({
  overall: { confidence, calibration, agreement },
  flips,
  primary,
  shadow,
}: Report): string {
  const rows: string[][] = [];
  if (confidence !== null) {
    const { difference } = confidence;
    const change =
      difference === null
        ? '–'
        : `${signed(difference.estimate, 4)} [${signed(difference.lower, 4)}, ${signed(difference.upper, 4)}]`;
    rows.push([
      'mean confidence',
      confidence.primary_mean.toFixed(3),
      confidence.shadow_mean.toFixed(3),
      `${change}; PSI ${confidence.psi.toFixed(3)}, KS ${confidence.ks.toFixed(3)}`,
    ]);
  }
  if (calibration !== null) {
    const { primary: lead, shadow: understudy } = calibration;
    rows.push(
      ['calibration error (ECE)', lead.ece.toFixed(3), understudy.ece.toFixed(3), 'lower is better'],
      ['Brier score', lead.brier.toFixed(3), understudy.brier.toFixed(3), 'lower is better'],
    );
  }
  const turned = (flips ?? [])
    .slice(0, listedFlips)
    .map((flip) => `${markdownCode(flip.primary)} → ${markdownCode(flip.shadow)} ${count(flip.n)}×`);
  const kappa = agreement?.kappa ?? null;
  const more = (flips ?? []).length > listedFlips ? ', …' : '';
  const lines = [
    ...(rows.length === 0
      ? []
      : [
          markdownTable(
            ['', ...[`v${primary}`, `v${shadow}`].map(markdownText), ''],
            ['left', 'right', 'right', 'left'],
            rows,
          ),
        ]),
    ...(turned.length === 0
      ? []
      : [`Flips: ${turned.join(', ')}${more}${kappa === null ? '' : `; Cohen’s κ ${kappa.toFixed(3)}`}`]),
  ];
  return lines.length === 0 ? '' : ['### Confidence and calibration', ...lines].join('\n\n');
}

function servingOf(report: Report): string {
  const rows = lanesOf(report).flatMap(({ name, times, cost }) =>
    times === null
      ? []
      : [
          [
            markdownText(name),
            ...[times.p50, times.p90, times.p99, times.compute_p50, cost?.cpu_ms_per_row].map(milliseconds),
            bytes(cost?.memory_bytes),
          ],
        ],
  );
  if (rows.length === 0) return '';
  const head = ['version', 'p50', 'p90', 'p99', 'compute', 'CPU/row', 'memory'];
  const align = head.map((_, index) => (index === 0 ? ('left' as const) : ('right' as const)));
  const ratio = ratioText(report);
  return [
    '### Latency and cost, milliseconds',
    markdownTable(head, align, rows),
    ...(ratio === null ? [] : [markdownText(ratio)]),
  ].join('\n\n');
}

function footOf({ traffic, generated_at, readiness: { alpha } }: Report): string {
  const dropped = Object.values(traffic.dropped).reduce((sum, rows) => sum + rows, 0);
  return `<sub>${count(traffic.requests)} requests, ${count(traffic.compared)} rows compared, ${count(dropped)} dropped. Intervals are anytime-valid at ${Number((100 * (1 - alpha)).toFixed(1))}%. Understudy, ${minuteOf(generated_at)} UTC</sub>`;
}
