import { rect, ruleX, text } from '@observablehq/plot';
import { useCallback } from 'react';
import type { SegmentReport, Status } from '../../../src/analysis/report/report.ts';
import type { Domain } from '../../../src/presentation/interval-domain.ts';
import type { Measure } from '../../../src/presentation/measure.ts';
import { count } from '../../../src/presentation/report-text.ts';
import { bottomAxis } from '../components/axes.ts';
import { ink } from '../components/ink.ts';
import { PlotFigure } from '../components/plot-figure.tsx';
import { countByStatus } from './listed-segments.ts';
import { type SegmentCell, segmentCells } from './segment-cells.ts';

const colors: Record<Status, string> = {
  regressed: ink.regressed,
  undecided: ink.undecided,
  safe: ink.good,
  better: ink.good,
};
const columns = 60;

export interface OverviewProps {
  readonly segments: readonly SegmentReport[];
  readonly measure: Measure;
  readonly domain: Domain;
}

/** All segments at once, however many: cells of estimate and size, as dark as there are segments, in the colour of the worst of them. */
export function Overview({ segments, measure, domain }: OverviewProps) {
  const options = useCallback(
    (width: number) => {
      const { cells, most, rows } = segmentCells(segments, measure, domain, columns);
      return {
        ...{ width, height: 132, marginLeft: 58, marginRight: 12, marginTop: 6, marginBottom: 22 },
        x: { domain: [...domain], label: null },
        y: { domain: [0, rows.length], axis: null },
        marks: [
          ...bottomAxis(measure.tick, 5),
          ...(measure.equal === null ? [] : [ruleX([measure.equal.at], { stroke: ink.quiet })]),
          rect(cells, {
            ...{ x1: 'x1', x2: 'x2', y1: 'y', y2: (cell: SegmentCell) => cell.y + 1, inset: 0.75, rx: 2 },
            fill: (cell: SegmentCell) => colors[cell.status],
            fillOpacity: (cell: SegmentCell) => 0.3 + 0.7 * Math.sqrt(cell.n / most),
            title: (cell: SegmentCell) => `${count(cell.n)} segments, the worst is ${cell.status}`,
          }),
          text(rows, {
            ...{
              frameAnchor: 'left',
              y: (_: number, i: number) => i + 0.5,
              dx: -54,
              textAnchor: 'start',
              fill: ink.quiet,
            },
            text: (least: number) => `≥ ${count(least)}`,
          }),
        ],
      };
    },
    [segments, measure, domain],
  );
  const { regressed, undecided, safe, better } = countByStatus(segments);
  return (
    <PlotFigure
      label={`${count(segments.length)} segments by ${measure.title} and number of rows: ${count(regressed)} regressed, ${count(undecided)} undecided, ${count(safe)} safe, ${count(better)} better`}
      caption={`${measure.title} across, rows upwards; a cell is as dark as it has segments, and has the colour of the worst of them`}
      options={options}
    />
  );
}
