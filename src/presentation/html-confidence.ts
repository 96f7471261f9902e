import { axisX, axisY, lineY, rectY, ruleY } from '@observablehq/plot';
import type { ConfidenceReport, Report } from '../analysis/report/report.ts';
import { signed } from '../analysis/verdict/percent-text.ts';
import { reliabilityFigure } from './html-reliability.ts';
import { type Html, html, nothing } from './html-text.ts';
import { ink, svgPlot } from './svg-plot.ts';

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly primary: number;
  readonly shadow: number;
}

/** How sure both versions are, one over the other, and whether rightly so. */
export function confidenceSection(report: Report): Html {
  const {
    overall: { confidence, calibration },
    primary,
    shadow,
  } = report;
  if (confidence === null) return nothing;
  const bins = binsOf(confidence);
  const label = `Histogram of confidence. v${primary}: mean ${confidence.primary_mean.toFixed(3)}; v${shadow}: mean ${confidence.shadow_mean.toFixed(3)}.`;
  return html`<section>
<h2>Confidence</h2>
<figure>
<figcaption><span class="key primary">v${primary}, filled</span> <span class="key shadow">v${shadow}, outlined</span> <span class="unit">% of rows, by confidence</span></figcaption>
${svgPlot(label, {
  ...{ width: 440, height: 200, marginLeft: 34, marginRight: 14, marginTop: 10, marginBottom: 24 },
  x: { domain: [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1] },
  y: { nice: true },
  marks: [
    axisY({ ticks: 4, tickSize: 0, label: null }),
    axisX({ ticks: 6, tickSize: 0, label: null }),
    rectY(bins, { x1: 'from', x2: 'to', y: 'primary', fill: ink.primary, fillOpacity: 0.45, inset: 0.5 }),
    lineY(outlineOf(bins), { x: 'x', y: 'y', stroke: ink.shadow, strokeWidth: 2 }),
    ruleY([0], { stroke: ink.line }),
  ],
})}
</figure>
${reliabilityFigure(report)}
<table>
<thead><tr><th scope="col"><span class="unseen">measure</span></th><th scope="col" class="n">v${primary}</th><th scope="col" class="n">v${shadow}</th></tr></thead>
<tbody>
<tr><th scope="row">mean confidence</th><td class="n">${confidence.primary_mean.toFixed(3)}</td><td class="n">${confidence.shadow_mean.toFixed(3)}</td></tr>
${
  calibration === null
    ? nothing
    : html`<tr><th scope="row">calibration error (ECE)</th><td class="n">${calibration.primary.ece.toFixed(3)}</td><td class="n">${calibration.shadow.ece.toFixed(3)}</td></tr>
<tr><th scope="row">Brier score</th><td class="n">${calibration.primary.brier.toFixed(3)}</td><td class="n">${calibration.shadow.brier.toFixed(3)}</td></tr>`
}
</tbody>
</table>
<p class="note">${changeText(confidence)}PSI ${confidence.psi.toFixed(3)}, Jensen-Shannon ${confidence.js_distance.toFixed(3)}, Kolmogorov-Smirnov ${confidence.ks.toFixed(3)}, Wasserstein ${confidence.wasserstein.toFixed(3)}.</p>
</section>`;
}

function changeText({ difference }: ConfidenceReport): string {
  if (difference === null) return '';
  return `Mean change ${signed(difference.estimate, 4)} [${signed(difference.lower, 4)}, ${signed(difference.upper, 4)}]. `;
}

/** Percent of rows in each bin, without the empty bins at either end. */
function binsOf({ histogram: { edges, primary, shadow } }: ConfidenceReport): Bin[] {
  const sum = (counts: readonly number[]) => counts.reduce((total, n) => total + n, 0) || 1;
  const [ofPrimary, ofShadow] = [sum(primary), sum(shadow)];
  const bins = primary.map((n, index) => ({
    from: edges[index] ?? 0,
    to: edges[index + 1] ?? 1,
    primary: (100 * n) / ofPrimary,
    shadow: (100 * (shadow[index] ?? 0)) / ofShadow,
  }));
  const filled = (bin: Bin) => bin.primary + bin.shadow > 0;
  const first = bins.findIndex(filled);
  return first === -1 ? bins : bins.slice(first, bins.findLastIndex(filled) + 1);
}

/** The steps of the shadow's histogram as the points of one line. */
function outlineOf(bins: readonly Bin[]): { readonly x: number; readonly y: number }[] {
  const steps = bins.flatMap(({ from, to, shadow }) => [
    { x: from, y: shadow },
    { x: to, y: shadow },
  ]);
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [{ x: first.x, y: 0 }, ...steps, { x: last.x, y: 0 }];
}
