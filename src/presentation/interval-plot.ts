import { axisX, dot, rectX, ruleX, ruleY } from '@observablehq/plot';
import type { Interval } from '../analysis/statistics/interval.ts';
import type { Html } from './html-text.ts';
import type { Domain } from './interval-domain.ts';
import type { Measure } from './measure.ts';
import { ink, svgPlot } from './svg-plot.ts';

const frame = { width: 260, marginLeft: 8, marginRight: 8, marginTop: 0 };
/** One interval beside the line of equality and the margin; its numbers stand beside it. */
export function intervalPlot({ equal }: Measure, domain: Domain, interval: Interval, color: string): Html {
  const shown = [{ ...interval, y: 0 }];
  const tolerated = equal?.tolerated ?? null;
  return svgPlot(null, {
    ...{ ...frame, height: 20, marginBottom: 0 },
    x: { domain: [...domain], axis: null, clamp: true },
    y: { domain: [-1, 1], axis: null },
    marks: [
      ...(equal === null || tolerated === null
        ? []
        : [rectX([tolerated], { x1: tolerated, x2: equal.at, fill: ink.faint })]),
      ...(equal === null ? [] : [ruleX([equal.at], { stroke: ink.quiet, strokeWidth: 1 })]),
      ruleY(shown, {
        ...{ x1: 'lower', x2: 'upper', y: 'y' },
        ...{ stroke: color, strokeWidth: 2.5, strokeLinecap: 'round' },
      }),
      dot(shown, { x: 'estimate', y: 'y', r: 4.5, fill: color }),
    ],
  });
}

export function intervalAxis({ tick }: Measure, domain: Domain): Html {
  return svgPlot(null, {
    ...{ ...frame, height: 16, marginBottom: 16 },
    x: { domain: [...domain] },
    marks: [
      axisX({ ticks: 4, tickSize: 0, tickPadding: 2, label: null, tickFormat: tick, anchor: 'bottom' }),
    ],
  });
}
