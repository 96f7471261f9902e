import { axisX, axisY, dot, line, link } from '@observablehq/plot';
import type { Report } from '../analysis/report/report.ts';
import type { CalibrationPoint } from '../analysis/statistics/calibration.ts';
import { type Html, html, nothing } from './html-text.ts';
import { ink, svgPlot } from './svg-plot.ts';

interface Point {
  readonly confidence: number;
  readonly right: number;
}

/** How often each version was right when it was so sure: on the diagonal where it was right as often as it said. */
export function reliabilityFigure({ overall: { calibration }, primary, shadow }: Report): Html {
  if (calibration === null) return nothing;
  const ofPrimary = pointsOf(calibration.primary.curve);
  const ofShadow = pointsOf(calibration.shadow.curve);
  const all = [...ofPrimary, ...ofShadow].flatMap(({ confidence, right }) => [confidence, right]);
  const least = Math.floor(10 * Math.min(...all)) / 10;
  const label = `Reliability: share that was right by confidence. v${primary}: ${textOf(ofPrimary)}. v${shadow}: ${textOf(ofShadow)}.`;
  return html`<figure>
<figcaption><span class="key primary">v${primary}, dots</span> <span class="key shadow">v${shadow}, rings</span> <span class="unit">% right, by confidence; on the diagonal as often as it says</span></figcaption>
${svgPlot(label, {
  ...{ width: 440, height: 200, marginLeft: 34, marginRight: 14, marginTop: 10, marginBottom: 24 },
  x: { domain: [least, 1] },
  y: { domain: [least, 1] },
  marks: [
    axisY({
      ticks: 4,
      tickSize: 0,
      label: null,
      tickFormat: (value: number) => String(Math.round(100 * value)),
    }),
    axisX({ ticks: 6, tickSize: 0, label: null }),
    link([{}], { x1: least, y1: least, x2: 1, y2: 1, stroke: ink.quiet, strokeDasharray: '3 3' }),
    line(ofPrimary, { x: 'confidence', y: 'right', stroke: ink.primary, strokeWidth: 2 }),
    dot(ofPrimary, { x: 'confidence', y: 'right', r: 3.5, fill: ink.primary }),
    line(ofShadow, { x: 'confidence', y: 'right', stroke: ink.shadow, strokeWidth: 2 }),
    dot(ofShadow, { x: 'confidence', y: 'right', r: 4.5, stroke: ink.shadow, strokeWidth: 2 }),
  ],
})}
</figure>`;
}

function pointsOf(curve: readonly CalibrationPoint[]): Point[] {
  return curve.flatMap(({ confidence, right }) =>
    confidence === null || right === null ? [] : [{ confidence, right }],
  );
}

function textOf(points: readonly Point[]): string {
  return points
    .map(({ confidence, right }) => `${(100 * right).toFixed(0)}% at ${confidence.toFixed(2)}`)
    .join(', ');
}
