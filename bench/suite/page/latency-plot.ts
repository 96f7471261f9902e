import { axisX, axisY, gridX, gridY, line } from '@observablehq/plot';
import { type Html, html, nothing } from '../../../src/presentation/html-text.ts';
import { ink, svgPlot } from '../../../src/presentation/svg-plot.ts';
import { decodeHistogram, latencyAt } from '../../perf/histogram.ts';
import { millisecondsAt } from '../case-text.ts';
import type { CaseResult, SuitePoint } from '../suite-result.ts';
import { seriesColor, seriesKeys } from './series.ts';
import { logTicks, shortNumber } from './ticks.ts';

/** More lines are not told apart. */
const mostLines = 6;
const nines = [
  [0, '0%'],
  [1, '90%'],
  [2, '99%'],
  [3, '99.9%'],
  [4, '99.99%'],
  [5, '99.999%'],
] as const;
const step = 0.05;

/**
 * Latencies of a case over their percentiles, laid over each other, as HdrHistogram draws them: the axis gives each further nine
 * as much room as the last. A line ends at the slowest request.
 */
export function latencyPlot(result: CaseResult): Html {
  const chosen = chosenPoints(result.points);
  if (chosen.length === 0) return nothing;
  const lines = chosen.map((point, i) => ({
    ...{ name: nameOf(point), color: seriesColor(i), point },
    values: distributionOf(point),
  }));
  const all = lines.flatMap(({ values }) => values);
  const [least, most] = [Math.min(...all.map(({ y }) => y)), Math.max(...all.map(({ y }) => y))];
  const furthest = Math.max(1, ...all.map(({ x }) => x));
  const ticks = logTicks(least / 1.1, most * 1.1);
  const shown = nines.filter(([at]) => at <= furthest);
  const sentences = lines.map(
    ({ name, point }) => `${name}: median ${millisecondsAt(point, 50)}, 99% ${millisecondsAt(point, 99)}.`,
  );
  return html`<figure><figcaption>Latency by percentile <span class="unit">ms, both logarithmic</span></figcaption>
${svgPlot(`Latency in milliseconds by percentile. ${sentences.join(' ')}`, {
  ...{ width: 460, height: 260, marginLeft: 44, marginRight: 24, marginTop: 10, marginBottom: 26 },
  x: { domain: [0, furthest] },
  y: { type: 'log', domain: [least / 1.1, most * 1.1] },
  marks: [
    gridX(
      shown.map(([at]) => at),
      { stroke: ink.faint, strokeOpacity: 1 },
    ),
    gridY(ticks, { stroke: ink.line, strokeOpacity: 1 }),
    axisX(
      shown.map(([at]) => at),
      {
        ...{ tickSize: 4, label: null },
        tickFormat: (at: number) => nines.find(([one]) => one === at)![1],
      },
    ),
    axisY(ticks, { tickSize: 0, label: null, text: shortNumber }),
    ...lines.map(({ values, color }) => line(values, { x: 'x', y: 'y', stroke: color, strokeWidth: 2 })),
  ],
})}
${seriesKeys(lines.map(({ name }) => name))}</figure>`;
}

/** All, or of a sweep its ends and what is evenly between. */
function chosenPoints(points: readonly SuitePoint[]): readonly SuitePoint[] {
  const answered = points.filter(({ p50Milliseconds }) => p50Milliseconds !== null);
  if (answered.length <= mostLines) return answered;
  const last = answered.length - 1;
  const places = Array.from({ length: mostLines }, (_, i) => Math.round((i * last) / (mostLines - 1)));
  return places.map((place) => answered[place]!);
}

function nameOf({ subject, x }: SuitePoint): string {
  return x === null ? subject : `${subject}, ${x}`;
}

function distributionOf(point: SuitePoint): { readonly x: number; readonly y: number }[] {
  const histogram = decodeHistogram(point.histogram);
  const last = Math.log10(histogram.totalCount);
  const places = [
    ...Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step),
    ...(last > 0 ? [last] : []),
  ];
  return places.map((x) => ({ x, y: latencyAt(histogram, 100 * (1 - 10 ** -x))! }));
}
