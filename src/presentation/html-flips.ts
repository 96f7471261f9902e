import { axisX, axisY, cell, text } from '@observablehq/plot';
import type { Report } from '../analysis/report/report.ts';
import { type Html, html, nothing } from './html-text.ts';
import { count, harmless } from './report-text.ts';
import { ink, svgPlot } from './svg-plot.ts';

/** More labels than this make no matrix that can be read. */
const mostLabels = 10;
const listedFlips = 12;
const longestName = 14;

/** Who turned into what: a matrix where there are few labels, and the list in any case. */
export function flipSection({ flips, primary, shadow, overall: { agreement } }: Report): Html {
  if (flips === null || flips.length === 0) return nothing;
  const kappa = agreement?.kappa ?? null;
  const listed = flips.slice(0, listedFlips);
  return html`<section>
<h2>Flips</h2>
${matrix(flips, primary, shadow)}
<table class="flips">
<thead><tr><th scope="col">v${primary} says</th><th scope="col">v${shadow} says</th><th scope="col" class="n">rows</th></tr></thead>
<tbody>${listed.map((flip) => html`<tr><td>${flip.primary}</td><td>${flip.shadow}</td><td class="n">${count(flip.n)}</td></tr>`)}</tbody>
</table>
${kappa === null ? nothing : html`<p class="note">Cohen’s κ ${kappa.toFixed(3)}${flips.length > listedFlips ? '; further flips are in the JSON' : ''}.</p>`}
</section>`;
}

function matrix(flips: NonNullable<Report['flips']>, primary: string, shadow: string): Html {
  const labels = [...new Set(flips.flatMap((flip) => [flip.primary, flip.shadow]))].sort();
  if (labels.length > mostLabels) return nothing;
  const most = Math.max(...flips.map(({ n }) => n));
  const cells = flips.map((flip) => ({ ...flip, weight: 0.12 + (0.6 * flip.n) / most }));
  const same = labels.map((label) => ({ primary: label, shadow: label }));
  const side = 44 + 34 * labels.length;
  return html`<figure>
<figcaption>rows: v${primary} · columns: v${shadow}</figcaption>
${svgPlot(`Matrix of flips from v${primary} to v${shadow}; the largest is ${count(most)} rows.`, {
  ...{
    width: Math.min(440, 110 + 76 * labels.length),
    height: side,
    marginLeft: 92,
    marginRight: 8,
    marginTop: 26,
    marginBottom: 4,
  },
  x: { type: 'band', domain: labels, padding: 0.06 },
  y: { type: 'band', domain: labels, padding: 0.06 },
  marks: [
    axisX({ anchor: 'top', tickSize: 0, label: null, tickFormat: shortened }),
    axisY({ tickSize: 0, label: null, tickFormat: shortened }),
    cell(same, { x: 'shadow', y: 'primary', fill: ink.faint }),
    text(same, { x: 'shadow', y: 'primary', text: () => '=' }),
    cell(cells, { x: 'shadow', y: 'primary', fill: ink.shadow, fillOpacity: 'weight' }),
    text(cells, { x: 'shadow', y: 'primary', text: (flip: { n: number }) => count(flip.n), fontWeight: 600 }),
  ],
  opacity: { type: 'identity' },
})}
</figure>`;
}

function shortened(label: string): string {
  const text = harmless(label);
  return text.length <= longestName ? text : `${text.slice(0, longestName - 1)}…`;
}
