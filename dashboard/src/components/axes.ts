import { axisX, axisY, gridX, gridY, type Markish, ruleY } from '@observablehq/plot';
import { ink } from './ink.ts';

/** A value axis with its faint grid; the unit stands with each number. */
export function valueAxis(
  format: (value: number) => string,
  ticks: number | readonly number[] = 4,
): Markish[] {
  const at = typeof ticks === 'number' ? { ticks } : { ticks: [...ticks] };
  return [
    gridY({ ...at, stroke: ink.line, strokeOpacity: 1 }),
    axisY({ ...at, tickSize: 0, label: null, tickFormat: format }),
  ];
}

/** An axis of event time, UTC. */
export function timeAxis(width: number): Markish {
  return axisX({ ticks: width < 420 ? 4 : 7, tickSize: 0, label: null });
}

/** A value axis along the bottom, with its faint grid. */
export function bottomAxis(format: (value: number) => string, ticks: number | readonly number[]): Markish[] {
  const at = typeof ticks === 'number' ? { ticks } : { ticks: [...ticks] };
  return [
    gridX({ ...at, stroke: ink.line, strokeOpacity: 1 }),
    axisX({ ...at, tickSize: 0, label: null, tickFormat: format }),
  ];
}

export const baseline: Markish = ruleY([0], { stroke: ink.control, strokeOpacity: 0.6 });

/** Room around a plot for its axes, in pixels. */
export const margins = { marginLeft: 38, marginRight: 12, marginTop: 10, marginBottom: 26 } as const;
