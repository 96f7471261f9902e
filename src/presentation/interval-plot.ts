import { axisX, dot, rectX, ruleX, ruleY } from '@observablehq/plot';
import type { Block } from '../analysis/report/report.ts';
import type { Interval } from '../analysis/statistics/interval.ts';
import type { Html } from './html-text.ts';
import type { Measure } from './measure.ts';
import { ink, svgPlot } from './svg-plot.ts';

/** The scale that all intervals of a table share. */
export type Domain = readonly [number, number];

const frame = { width: 260, marginLeft: 8, marginRight: 8, marginTop: 0 };
/** How far beyond all estimates the scale goes, in their own range: a tiny segment's interval may not squeeze the others. */
const furthest = 3;

/** Around all intervals and equality. */
export function domainOf({ interval, equal }: Measure, blocks: readonly Block[]): Domain {
  const intervals = blocks.map(interval).filter((known) => known !== null);
  const fixed = equal === null ? [] : [equal.at];
  if (intervals.length === 0) return [(fixed[0] ?? 0) - 1, (fixed[0] ?? 0) + 1];
  const estimates = [...intervals.map(({ estimate }) => estimate), ...fixed];
  const [least, most] = [Math.min(...estimates), Math.max(...estimates)];
  const reach = most > least ? furthest * (most - least) : Number.POSITIVE_INFINITY;
  const lower = Math.max(least - reach, Math.min(...intervals.map((known) => known.lower), ...fixed));
  const upper = Math.min(most + reach, Math.max(...intervals.map((known) => known.upper), ...fixed));
  const pad = 0.03 * (upper - lower) || 1;
  return [lower - pad, upper + pad];
}

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
