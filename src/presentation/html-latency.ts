import { axisX, axisY, dot, gridX, ruleY } from '@observablehq/plot';
import type { LatencyQuantiles, Report } from '../analysis/report/report.ts';
import { type Html, html, nothing } from './html-text.ts';
import { type Lane, lanesOf, ratioText } from './lanes.ts';
import { milliseconds } from './report-text.ts';
import { ink, svgPlot } from './svg-plot.ts';

type TimedLane = Lane & { readonly times: LatencyQuantiles };

const colors: Record<Lane['role'], string> = {
  primary: ink.primary,
  shadow: ink.shadow,
  control: 'currentColor',
};
const symbols = [
  ['p50', 'circle'],
  ['p90', 'square'],
  ['p99', 'triangle'],
] as const;
/** A logarithm needs something above zero. */
const shortestMs = 0.001;

/** Quantiles of each version, drawn and in numbers, and the paired ratio. */
export function latencySection(report: Report): Html {
  const lanes = lanesOf(report).flatMap((lane): TimedLane[] =>
    lane.times === null ? [] : [{ ...lane, times: lane.times }],
  );
  if (lanes.length === 0) return nothing;
  const ratio = ratioText(report);
  return html`<section>
<h2>Latency</h2>
<figure>
<figcaption>● p50 &nbsp; ■ p90 &nbsp; ▲ p99 <span class="unit">milliseconds, logarithmic</span></figcaption>
${quantilePlot(lanes)}
</figure>
<table>
<thead><tr><th scope="col"><span class="unseen">version</span></th><th scope="col" class="n">p50</th><th scope="col" class="n">p90</th><th scope="col" class="n">p99</th><th scope="col" class="n">compute</th><th scope="col" class="n">queue</th></tr></thead>
<tbody>${lanes.map(rowOf)}</tbody>
</table>
${ratio === null ? nothing : html`<p class="note">${ratio}</p>`}
</section>`;
}

function rowOf({ name, times }: TimedLane): Html {
  const values = [times.p50, times.p90, times.p99, times.compute_p50, times.queue_p50];
  return html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td class="n">${milliseconds(value)}</td>`)}</tr>`;
}

function quantilePlot(lanes: readonly TimedLane[]): Html {
  const points = lanes.flatMap(({ name, role, times }) =>
    symbols.map(([quantile, symbol]) => ({
      ...{ name, symbol, color: colors[role] },
      at: Math.max(times[quantile], shortestMs),
    })),
  );
  const spans = lanes.map(({ name, role, times }) => ({
    ...{ name, color: colors[role] },
    from: Math.max(times.p50, shortestMs),
    to: Math.max(times.p99, shortestMs),
  }));
  const domain = [
    0.8 * Math.min(...points.map(({ at }) => at)),
    1.25 * Math.max(...points.map(({ at }) => at)),
  ] as const;
  const ticks = ticksWithin(domain);
  const sentences = lanes.map(
    ({ name, times }) =>
      `${name}: median ${milliseconds(times.p50)}, 99th percentile ${milliseconds(times.p99)}.`,
  );
  const margins = { marginLeft: 92, marginRight: 16, marginTop: 8, marginBottom: 24 };
  return svgPlot(`Latency in milliseconds. ${sentences.join(' ')}`, {
    ...{ width: 440, height: 40 + 34 * lanes.length, ...margins },
    x: { type: 'log', domain: [...domain] },
    y: { type: 'point', domain: lanes.map(({ name }) => name), padding: 0.6 },
    marks: [
      gridX(ticks, { stroke: ink.line, strokeOpacity: 1 }),
      axisX(ticks, { tickSize: 0, label: null, text: String }),
      axisY({ tickSize: 0, label: null }),
      ...lanes.flatMap(({ name, role }) => [
        ruleY(
          spans.filter((span) => span.name === name),
          { x1: 'from', x2: 'to', y: 'name', stroke: colors[role], strokeWidth: 2 },
        ),
        ...symbols.map(([, symbol]) =>
          dot(
            points.filter((point) => point.name === name && point.symbol === symbol),
            { x: 'at', y: 'name', r: 5, fill: colors[role], symbol },
          ),
        ),
      ]),
    ],
  });
}

/** 1, 2 and 5 of each power of ten, or powers alone where these would be too many. */
function ticksWithin([lower, upper]: readonly [number, number]): number[] {
  const powers = Array.from({ length: 12 }, (_, index) => index - 4);
  const within = (steps: readonly number[]) =>
    powers
      .flatMap((power) => steps.map((step) => Number(`${step}e${power}`)))
      .filter((tick) => tick >= lower && tick <= upper);
  const fine = within([1, 2, 5]);
  if (fine.length < 2) return within([1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]);
  return fine.length > 7 ? within([1]) : fine;
}
