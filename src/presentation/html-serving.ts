import { axisX, axisY, dot, gridX, ruleY } from '@observablehq/plot';
import type { LatencyQuantiles, Rate, Report, VersionCost } from '../analysis/report.ts';
import { type Html, html, nothing } from './html-text.ts';
import { bytes, milliseconds, share } from './report-text.ts';
import { ink, svgPlot } from './svg-plot.ts';

interface Lane {
  readonly name: string;
  readonly color: string;
  readonly times: LatencyQuantiles | null;
  readonly errors: Rate | null;
  readonly cost: VersionCost | null;
}

function lanesOf({ overall: { latency_ms: latency, errors, resources }, primary, shadow }: Report): Lane[] {
  const lane = (role: 'primary' | 'shadow' | 'control', version: string, color: string): Lane => ({
    name: `v${version} ${role}`,
    color,
    times: latency?.[role] ?? null,
    errors: role === 'control' ? null : (errors?.[role] ?? null),
    cost: resources?.[role] ?? null,
  });
  const lanes = [
    lane('primary', primary, ink.primary),
    lane('shadow', shadow, ink.shadow),
    lane('control', primary, 'currentColor'),
  ];
  return lanes.filter(({ times, cost }) => times !== null || cost !== null);
}

/** Quantiles of each version, and the paired ratio. */
export function latencySection(report: Report): Html {
  const lanes = lanesOf(report).flatMap(({ times, ...lane }) => (times === null ? [] : [{ ...lane, times }]));
  if (lanes.length === 0) return nothing;
  const label = `Latency in milliseconds. ${lanes.map(({ name, times }) => `${name}: median ${milliseconds(times.p50)}, 99th percentile ${milliseconds(times.p99)}.`).join(' ')}`;
  const spans = lanes.map(({ name, color, times }) => ({
    name,
    color,
    from: shown(times.p50),
    to: shown(times.p99),
  }));
  const points = (symbol: 'circle' | 'square' | 'triangle', quantile: 'p50' | 'p90' | 'p99') =>
    dot(
      lanes.map(({ name, color, times }) => ({ name, color, at: shown(times[quantile]) })),
      { x: 'at', y: 'name', r: 5, fill: (lane: { color: string }) => lane.color, symbol },
    );
  return html`<section>
<h2>Latency</h2>
<figure>
<figcaption>● p50 &nbsp; ■ p90 &nbsp; ▲ p99 <span class="unit">milliseconds, logarithmic</span></figcaption>
${svgPlot(label, {
  ...{
    width: 440,
    height: 50 + 34 * lanes.length,
    marginLeft: 92,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 24,
  },
  style: { fontSize: '12px' },
  x: { type: 'log', nice: true },
  y: { type: 'point', domain: lanes.map(({ name }) => name), padding: 0.6 },
  color: { type: 'identity' },
  marks: [
    gridX({ ticks: 4, stroke: ink.line, strokeOpacity: 1 }),
    axisX({
      ticks: 4,
      tickSize: 0,
      label: null,
      tickFormat: (value: number) => String(Number(value.toPrecision(3))),
    }),
    axisY({ tickSize: 0, label: null }),
    ruleY(spans, {
      x1: 'from',
      x2: 'to',
      y: 'name',
      stroke: (lane: { color: string }) => lane.color,
      strokeWidth: 2,
    }),
    points('circle', 'p50'),
    points('square', 'p90'),
    points('triangle', 'p99'),
  ],
})}
</figure>
<table>
<thead><tr><th scope="col"><span class="unseen">version</span></th><th scope="col" class="n">p50</th><th scope="col" class="n">p90</th><th scope="col" class="n">p99</th><th scope="col" class="n">compute</th><th scope="col" class="n">queue</th></tr></thead>
<tbody>${lanes.map(({ name, times }) => html`<tr><th scope="row">${name}</th>${[times.p50, times.p90, times.p99, times.compute_p50, times.queue_p50].map((value) => html`<td class="n">${milliseconds(value)}</td>`)}</tr>`)}</tbody>
</table>
${ratioNote(report)}
</section>`;
}

function ratioNote({ overall: { latency_ms: latency }, primary, shadow }: Report): Html {
  const ratio = latency?.ratio ?? null;
  if (ratio === null) return nothing;
  const against = ratio.against === 'control' ? `v${primary} under the same conditions` : `v${primary}`;
  return html`<p class="note">v${shadow} takes ${ratio.estimate.toFixed(2)}× [${ratio.lower.toFixed(2)}, ${ratio.upper.toFixed(2)}] the time of ${against}.</p>`;
}

/** What each version fails and costs. */
export function costSection(report: Report): Html {
  const lanes = lanesOf(report);
  if (lanes.length === 0) return nothing;
  return html`<section>
<h2>Cost and errors</h2>
<table>
<thead><tr><th scope="col"><span class="unseen">version</span></th><th scope="col" class="n">errors</th><th scope="col" class="n">CPU per row, ms</th><th scope="col" class="n">rows a run</th><th scope="col" class="n">memory</th></tr></thead>
<tbody>${lanes.map(({ name, errors, cost }) => html`<tr><th scope="row">${name}</th><td class="n">${errors === null ? '–' : share(errors.rate, 2)}</td><td class="n">${milliseconds(cost?.cpu_ms_per_row)}</td><td class="n">${cost?.rows_per_run?.toFixed(1) ?? '–'}</td><td class="n">${bytes(cost?.memory_bytes)}</td></tr>`)}</tbody>
</table>
</section>`;
}

/** A logarithm needs something above zero. */
function shown(value: number): number {
  return Math.max(value, 0.001);
}
