import { axisX, dot, rectX, ruleX, ruleY } from '@observablehq/plot';
import { unsignedPoints } from '../analysis/percent-text.ts';
import type { Block, Report, SegmentReport, Status } from '../analysis/report.ts';
import { type Html, html, nothing } from './html-text.ts';
import { type Measure, measureOf } from './measure.ts';
import { count, share } from './report-text.ts';
import { ink, svgPlot } from './svg-plot.ts';
import { statusSigns } from './verdict-headline.ts';

/** Further segments are in the JSON; regressed ones come first. */
const listedSegments = 100;
const width = 260;
const inset = 8;

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
<thead><tr><th scope="col">segment</th><th scope="col" class="n wide">traffic</th><th scope="col" class="n wide">rows</th><th scope="col" class="n wide">agree</th><th scope="col" class="n wide">${measure.versionsTitle}</th><th scope="col" class="drawn">${measure.title}${axis(measure, domain)}</th><th scope="col">status</th></tr></thead>
<tbody>
<tr class="all"><th scope="row">all traffic</th><td class="n wide">100.0%</td><td class="n wide">${count(report.overall.n)}</td><td class="n wide">${share(report.overall.agreement?.estimate ?? null)}</td><td class="n wide">${measure.versions(report.overall)}</td>${drawn(report.overall, 'currentColor')}<td></td></tr>
${listed.map((segment) => rowOf(segment, measure, drawn))}
</tbody>
</table>
${hidden === 0 ? nothing : html`<p class="note">… and ${count(hidden)} less worrying ones, in the JSON.</p>`}
${listed.some(({ status, evidence }) => status !== 'regressed' && evidence.discovery) ? html`<p class="note">* losses prevail here (e-BH list), though it is no alarm yet.</p>` : nothing}
${report.readiness.margin > 0 && measure.equal !== null && measure.equal.tolerated !== null ? html`<p class="note">The line is equality, the band beside it the margin: a loss of ${unsignedPoints(report.readiness.margin)} points that would be tolerated.</p>` : nothing}
${measure.equal === null ? html`<p class="note">Which version is right is not known yet: the intervals are those of agreement.</p>` : nothing}
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

function intervalCell(
  measure: Measure,
  domain: readonly [number, number],
  block: Block,
  color: string,
): Html {
  const interval = measure.interval(block);
  if (interval === null) return html`<td class="drawn"><span class="none">not enough yet</span></td>`;
  const shown = [{ ...interval, y: 0 }];
  const tolerated = measure.equal?.tolerated ?? null;
  const svg = svgPlot(null, {
    ...{ width, height: 20, marginLeft: inset, marginRight: inset, marginTop: 0, marginBottom: 0 },
    x: { domain: [...domain], axis: null, clamp: true },
    y: { domain: [-1, 1], axis: null },
    marks: [
      ...(measure.equal === null || tolerated === null
        ? []
        : [rectX([tolerated], { x1: tolerated, x2: measure.equal.at, fill: ink.faint })]),
      ...(measure.equal === null ? [] : [ruleX([measure.equal.at], { stroke: ink.quiet, strokeWidth: 1 })]),
      ruleY(shown, {
        x1: 'lower',
        x2: 'upper',
        y: 'y',
        stroke: color,
        strokeWidth: 2.5,
        strokeLinecap: 'round',
      }),
      dot(shown, { x: 'estimate', y: 'y', r: 4.5, fill: color }),
    ],
  });
  return html`<td class="drawn">${svg}<span class="numbers">${measure.text(interval)}</span></td>`;
}

function axis(measure: Measure, domain: readonly [number, number]): Html {
  return svgPlot(null, {
    ...{ width, height: 16, marginLeft: inset, marginRight: inset, marginTop: 0, marginBottom: 16 },
    x: { domain: [...domain] },
    marks: [
      axisX({
        ticks: 4,
        tickSize: 0,
        tickPadding: 2,
        label: null,
        tickFormat: measure.tick,
        anchor: 'bottom',
      }),
    ],
  });
}

/** Around all intervals and equality; a tiny segment may not squeeze the others. */
function domainOf(measure: Measure, blocks: readonly Block[]): readonly [number, number] {
  const intervals = blocks.map(measure.interval).filter((interval) => interval !== null);
  const equal = measure.equal === null ? [] : [measure.equal.at];
  const lower = Math.min(...intervals.map((interval) => interval.lower), ...equal);
  const upper = Math.max(...intervals.map((interval) => interval.upper), ...equal);
  if (!(upper > lower))
    return [
      lower === Number.POSITIVE_INFINITY ? 0 : lower - 1,
      (upper === Number.NEGATIVE_INFINITY ? 0 : upper) + 1,
    ];
  const estimates = intervals.map(({ estimate }) => estimate);
  const reach = 3 * (Math.max(...estimates, ...equal) - Math.min(...estimates, ...equal));
  const pad = (upper - lower) * 0.03;
  if (reach === 0) return [lower - pad, upper + pad];
  return [
    Math.max(lower - pad, Math.min(...estimates, ...equal) - reach),
    Math.min(upper + pad, Math.max(...estimates, ...equal) + reach),
  ];
}
