import { axisX, axisY, dot, gridY, line } from '@observablehq/plot';
import { type Html, html, nothing } from '../../../src/presentation/html-text.ts';
import { ink, svgPlot } from '../../../src/presentation/svg-plot.ts';
import type { Axis, CaseResult, SuitePoint } from '../suite-result.ts';
import { seriesColor, seriesKeys } from './series.ts';
import { evenTicks, logTicks, shortNumber } from './ticks.ts';

interface Series {
  readonly name: string;
  readonly color: string;
  /** Of a dashed line. */
  readonly dashed: boolean;
  readonly values: readonly { readonly x: number; readonly y: number }[];
}

/** Throughput, and p50 and p99 of the latency, along the axis of a case; nothing where it has none. */
export function loadPlots({ axis, points }: CaseResult): Html {
  const subjects = [...new Set(points.map(({ subject }) => subject))];
  const places = new Set(points.map(({ x }) => x));
  if (axis === null || places.size < 2) return nothing;
  const series = (of: (point: SuitePoint) => number | null, dashed = false): Series[] =>
    subjects.map((name, i) => ({
      ...{ name, dashed, color: seriesColor(i) },
      values: points.flatMap((point) => {
        const y = of(point);
        return point.subject === name && point.x !== null && y !== null && y > 0 ? [{ x: point.x, y }] : [];
      }),
    }));
  const latencies = [
    ...series(({ p50Milliseconds }) => p50Milliseconds),
    ...series(({ p99Milliseconds }) => p99Milliseconds, true),
  ];
  return html`${subjects.length > 1 ? seriesKeys(subjects) : nothing}
<div class="figures">
<figure><figcaption>Throughput <span class="unit">rows/s, by ${axis.label}</span></figcaption>
${plotOf(
  'Throughput in rows per second',
  axis,
  series(({ inferencesPerSecond }) => inferencesPerSecond),
)}</figure>
<figure><figcaption>Latency: p50 solid, p99 dashed <span class="unit">ms, by ${axis.label}</span></figcaption>
${plotOf('Latency in milliseconds, 50th and 99th percentile', axis, latencies)}</figure>
</div>`;
}

function plotOf(what: string, axis: Axis, series: readonly Series[]): Html {
  const all = series.flatMap(({ values }) => values);
  const [least, most] = [Math.min(...all.map(({ y }) => y)), Math.max(...all.map(({ y }) => y))];
  // Near each other they are told apart on a linear scale, which has a zero to measure from.
  const isLog = most > 12 * least;
  const domain: [number, number] = isLog ? [least / 1.25, most * 1.25] : [0, most * 1.08];
  const ticks = isLog ? logTicks(...domain) : evenTicks(domain[1]);
  const places = [...new Set(all.map(({ x }) => x))].sort((a, b) => a - b);
  const sentences = series.map(({ name, values }) => {
    const [first, last] = [values[0], values.at(-1)];
    return first && last
      ? `${name}: ${shortNumber(first.y)} at ${first.x}, ${shortNumber(last.y)} at ${last.x}.`
      : '';
  });
  return svgPlot(`${what}. ${sentences.join(' ')}`, {
    ...{ width: 460, height: 240, marginLeft: 44, marginRight: 18, marginTop: 10, marginBottom: 26 },
    x: { type: axis.scale },
    y: { type: isLog ? 'log' : 'linear', domain },
    marks: [
      gridY(ticks, { stroke: ink.line, strokeOpacity: 1 }),
      axisX(sparse(places), { tickSize: 4, label: null, text: placeText }),
      axisY(ticks, { tickSize: 0, label: null, text: shortNumber }),
      ...series.flatMap(({ values, color, dashed }) => [
        line(values, {
          ...{ x: 'x', y: 'y', stroke: color, strokeWidth: 2 },
          ...(dashed ? { strokeDasharray: '5 4' } : {}),
        }),
        dot(values, { x: 'x', y: 'y', r: 3, fill: color }),
      ]),
    ],
  });
}

/** Counts are read as they are, 4096 and not 4.1k, as long as there is room. */
function placeText(place: number): string {
  return place < 10_000 ? String(place) : shortNumber(place);
}

/** No more than find room on a phone. */
function sparse(places: readonly number[]): number[] {
  const step = Math.ceil(places.length / 8);
  return places.filter((_, i) => i % step === 0);
}
