import type { Block, Report, SegmentReport, Status } from '../analysis/report/report.ts';
import { type Html, html } from './html-text.ts';
import { type Domain, domainOf } from './interval-domain.ts';
import { intervalAxis, intervalPlot } from './interval-plot.ts';
import { type Measure, measureOf } from './measure.ts';
import { count, share } from './report-text.ts';
import { ink } from './svg-plot.ts';
import { statusSigns } from './verdict-headline.ts';

/** Further segments are in the JSON; regressed ones come first. */
const listedSegments = 100;

const colors: Record<Status, string> = {
  regressed: ink.regressed,
  undecided: ink.undecided,
  safe: ink.good,
  better: ink.good,
};

/** A forest plot that is a table: each row has its interval drawn and written. */
export function segmentSection(report: Report): Html {
  const measure = measureOf(report);
  const listed = report.segments.slice(0, listedSegments);
  const domain = domainOf(measure, [report.overall, ...listed.map(({ block }) => block)]);
  const hidden = report.segments.length - listed.length + report.segments_omitted;
  const drawn = (block: Block, color: string) => intervalCell(measure, domain, block, color);
  return html`<section>
<h2>Segments <small>worst first</small></h2>
<table class="segments">
<thead><tr><th scope="col">segment</th><th scope="col" class="n wide">traffic</th><th scope="col" class="n wide">rows</th><th scope="col" class="n wide">agree</th><th scope="col" class="n wide">${measure.versionsTitle}</th><th scope="col" class="drawn">${measure.title}${intervalAxis(measure, domain)}</th><th scope="col">status</th></tr></thead>
<tbody>
<tr class="all"><th scope="row">all traffic</th><td class="n wide">100.0%</td><td class="n wide">${count(report.overall.n)}</td><td class="n wide">${share(report.overall.agreement?.estimate ?? null)}</td><td class="n wide">${measure.versions(report.overall)}</td>${drawn(report.overall, 'currentColor')}<td></td></tr>
${listed.map((segment) => rowOf(segment, measure, drawn))}
</tbody>
</table>
${notesOf(report, measure, hidden).map((note) => html`<p class="note">${note}</p>`)}
</section>`;
}

function rowOf(
  { segment, traffic_share, block, status, evidence }: SegmentReport,
  measure: Measure,
  drawn: (block: Block, color: string) => Html,
): Html {
  const doubtful = status !== 'regressed' && evidence.discovery ? '*' : '';
  return html`<tr class="${status}"><th scope="row"><span class="column">${segment.column}=</span><wbr>${segment.value}</th><td class="n wide">${share(traffic_share)}</td><td class="n wide">${count(block.n)}</td><td class="n wide">${share(block.agreement?.estimate ?? null)}</td><td class="n wide">${measure.versions(block)}</td>${drawn(block, colors[status])}<td class="status"><span aria-hidden="true">${statusSigns[status]}</span> ${status}${doubtful}</td></tr>
`;
}

function intervalCell(measure: Measure, domain: Domain, block: Block, color: string): Html {
  const interval = measure.interval(block);
  if (interval === null) return html`<td class="drawn"><span class="none">not enough yet</span></td>`;
  return html`<td class="drawn">${intervalPlot(measure, domain, interval, color)}<span class="numbers">${measure.text(interval)}</span></td>`;
}

function notesOf({ segments }: Report, measure: Measure, hidden: number): string[] {
  const early = segments.some(({ status, evidence }) => status !== 'regressed' && evidence.discovery);
  return [
    ...(hidden === 0 ? [] : [`… and ${count(hidden)} less worrying ones, in the JSON.`]),
    ...(early ? ['* losses prevail here (e-BH list), though it is no alarm yet.'] : []),
    measure.legend,
  ];
}
