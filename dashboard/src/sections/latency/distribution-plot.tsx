import { dot, line, type PlotOptions, text } from '@observablehq/plot';
import { useCallback, useMemo } from 'react';
import type { LatencyQuantiles, Report } from '../../../../src/analysis/report/report.ts';
import type { LatencyDistributions } from '../../../../src/analysis/timeline/timeline.ts';
import { milliseconds } from '../../../../src/presentation/report-text.ts';
import { bottomAxis, valueAxis } from '../../components/axes.ts';
import { ink } from '../../components/ink.ts';
import { PlotFigure } from '../../components/plot-figure.tsx';
import { type Exceedance, exceedanceOf, leastPercent } from '../../data/exceedance.ts';
import { logTicks } from '../../data/log-ticks.ts';

type Name = 'total' | 'queue' | 'compute';
type Role = 'primary' | 'shadow' | 'control';

interface LaneCurve {
  readonly role: Role;
  readonly points: readonly Exceedance[];
}

const roles: readonly Role[] = ['control', 'primary', 'shadow'];
/** Quantiles are read off the grid: 1% take longer than p99. */
const quantileLines = [
  [50, 'p50'],
  [10, 'p90'],
  [1, 'p99'],
] as const;

/** Share of requests that take longer, by time, both logarithmic: one curve for each version, tails and middle alike. */
export function DistributionPlot({
  report,
  name,
  grid,
  height,
}: {
  readonly report: Report;
  readonly name: Name;
  readonly grid: LatencyDistributions;
  readonly height: number;
}) {
  const curves = useMemo(
    () =>
      roles.flatMap((role): LaneCurve[] => {
        const counts = grid[name][role];
        const points = counts === null ? [] : exceedanceOf(grid.edges_ms, counts);
        return points.length === 0 ? [] : [{ role, points }];
      }),
    [grid, name],
  );
  const options = useCallback((width: number) => curvePlot(width, height, curves), [height, curves]);
  if (curves.length === 0) return null;
  return <PlotFigure label={labelOf(report, name, curves)} options={options} />;
}

function labelOf({ overall }: Report, name: Name, curves: readonly LaneCurve[]): string {
  const sentences = curves.flatMap(({ role }) => {
    const times = overall.latency_ms?.[role] ?? null;
    return times === null ? [] : [`${role}: ${quantileText(name, times)}`];
  });
  const what = { total: 'Latency', queue: 'Time in the queue', compute: 'Time of the run' }[name];
  return `${what}, share of requests that take longer. ${sentences.join('; ')}.`;
}

function quantileText(name: Name, times: LatencyQuantiles): string {
  if (name === 'queue') return `half take longer than ${milliseconds(times.queue_p50)} ms`;
  const [middle, tail] = name === 'total' ? [times.p50, times.p99] : [times.compute_p50, times.compute_p99];
  return `half take longer than ${milliseconds(middle)} ms, 1% longer than ${milliseconds(tail)} ms`;
}

function curvePlot(width: number, height: number, curves: readonly LaneCurve[]): PlotOptions {
  const times = curves.flatMap(({ points }) => points.map(({ ms }) => ms));
  const domain: [number, number] = [0.9 * Math.min(...times), 1.1 * Math.max(...times)];
  const within = quantileLines.filter(([percent]) => percent >= leastPercent);
  return {
    ...{ height, marginLeft: 44, marginRight: 30, marginTop: 8, marginBottom: 26 },
    x: { type: 'log', domain },
    y: { type: 'log', domain: [leastPercent, 100] },
    marks: [
      valueAxis((value) => `${value}%`, [100, 50, 10, 1, leastPercent]),
      bottomAxis((value) => `${value} ms`, logTicks(domain, Math.max(3, Math.floor(width / 76)))),
      text(within, {
        ...{ x: () => domain[1], y: '0', text: '1', dx: 4, textAnchor: 'start', fill: ink.quiet },
      }),
      ...curves.map(({ role, points }) =>
        line(points, {
          ...{ x: 'ms', y: 'longer', stroke: ink[role], strokeWidth: role === 'control' ? 1.5 : 2 },
          ...(role === 'control' ? { strokeDasharray: '4 3' } : {}),
          curve: 'monotone-x',
        }),
      ),
      ...curves.map(({ role, points }) =>
        dot(points.slice(-1), { x: 'ms', y: 'longer', r: 2.5, fill: ink[role] }),
      ),
    ],
  };
}
