import { barX } from '@observablehq/plot';
import type { Report } from '../analysis/report/report.ts';
import { type GateLine, gatesOf, readinessText } from './gates.ts';
import { type Html, html } from './html-text.ts';
import { minuteOf } from './report-text.ts';
import { ink, svgPlot } from './svg-plot.ts';

export function readinessSection(report: Report): Html {
  return html`<section>
<h2>Readiness <small>${readinessText(report.readiness)}</small></h2>
<table class="gates">
<thead class="unseen"><tr><th scope="col">gate</th><th scope="col">progress</th><th scope="col">what there is</th></tr></thead>
<tbody>${gatesOf(report).map(rowOf)}</tbody>
</table>
</section>`;
}

function rowOf({ name, gate, text }: GateLine): Html {
  const bar = svgPlot(null, {
    ...{ width: 220, height: 12, margin: 0 },
    x: { domain: [0, 1], axis: null },
    y: { axis: null },
    marks: [
      barX([1], { x: 1, y: 0, fill: ink.faint, rx: 3 }),
      barX([gate.progress], { x: gate.progress, y: 0, fill: gate.ready ? ink.good : ink.undecided, rx: 3 }),
    ],
  });
  const percent = `${Math.floor(gate.progress * 100)}%`;
  const when = gate.eta === null ? '' : `, by ${minuteOf(gate.eta)}`;
  return html`<tr><th scope="row">${name}</th><td class="bar">${bar}<span>${gate.ready ? '✓' : '…'} ${percent}</span></td><td>${text}${when}</td></tr>
`;
}
