import { dot, line, link, type PlotOptions, ruleX } from '@observablehq/plot';
import { useCallback, useMemo } from 'react';
import type { Report } from '../../../src/analysis/report/report.ts';
import type { Calibration as OfVersion } from '../../../src/analysis/statistics/calibration.ts';
import { count } from '../../../src/presentation/report-text.ts';
import { bottomAxis, margins, valueAxis } from '../components/axes.ts';
import { Figure, Figures } from '../components/figure.tsx';
import { ink } from '../components/ink.ts';
import { Key } from '../components/key.tsx';
import layout from '../components/layout.module.css';
import { Numbers } from '../components/numbers.tsx';
import { PlotFigure } from '../components/plot-figure.tsx';
import { Nothing, Section } from '../components/section.tsx';
import table from '../components/table.module.css';
import { type ReliabilityPoint, reliabilityPoints, reliabilityStart } from '../data/reliability-points.ts';
import type { SectionProps } from './section-props.ts';

/** Whether either version is as often right as it says. */
export function Calibration({ report }: SectionProps) {
  const { calibration, confidence } = report.overall;
  return (
    <Section id="calibration" title="Calibration" define="reliability">
      {calibration === null ? (
        <Nothing>
          {confidence === null && report.overall.n > 0
            ? 'The versions give no probabilities, so there is nothing to calibrate.'
            : `Whether confidence is deserved shows once labels arrive: send them to POST /v2/models/${report.model}/labels, or enter some under “label these next”.`}
        </Nothing>
      ) : (
        <div className={layout.stack}>
          <Reliability report={report} primary={calibration.primary} shadow={calibration.shadow} />
          <Figures>
            <Figure define="ece" label={`ECE v${report.primary}`}>
              {calibration.primary.ece.toFixed(3)}
            </Figure>
            <Figure define="ece" label={`ECE v${report.shadow}`}>
              {calibration.shadow.ece.toFixed(3)}
            </Figure>
            <Figure define="brier" label={`Brier v${report.primary}`}>
              {calibration.primary.brier.toFixed(3)}
            </Figure>
            <Figure define="brier" label={`Brier v${report.shadow}`}>
              {calibration.shadow.brier.toFixed(3)}
            </Figure>
          </Figures>
          <Bins report={report} primary={calibration.primary} shadow={calibration.shadow} />
        </div>
      )}
    </Section>
  );
}

interface Both {
  readonly report: Report;
  readonly primary: OfVersion;
  readonly shadow: OfVersion;
}

function Reliability({ report, primary, shadow }: Both) {
  const ofPrimary = useMemo(() => reliabilityPoints(primary.curve), [primary]);
  const ofShadow = useMemo(() => reliabilityPoints(shadow.curve), [shadow]);
  const options = useCallback(() => reliabilityPlot(ofPrimary, ofShadow), [ofPrimary, ofShadow]);
  return (
    <PlotFigure
      label={`Share that was right, by confidence. v${report.primary}: ${sentenceOf(ofPrimary)}. v${report.shadow}: ${sentenceOf(ofShadow)}.`}
      options={options}
      caption={
        <>
          <Key of="primary">v{report.primary}</Key>
          <Key of="shadow">v{report.shadow}</Key>
          <span>% right, by confidence; above the diagonal it is right more often than it says</span>
        </>
      }
    />
  );
}

function sentenceOf(points: readonly ReliabilityPoint[]): string {
  return points
    .map(({ confidence, right }) => `${right.toFixed(0)}% at ${confidence.toFixed(0)}%`)
    .join(', ');
}

function reliabilityPlot(
  primary: readonly ReliabilityPoint[],
  shadow: readonly ReliabilityPoint[],
): PlotOptions {
  const start = reliabilityStart([...primary, ...shadow]);
  const percents = (value: number) => `${value}%`;
  const x = 'confidence';
  return {
    ...{ height: 240, ...margins },
    x: { domain: [start, 100] },
    y: { domain: [start, 100] },
    marks: [
      valueAxis(percents),
      bottomAxis(percents, 5),
      link([{}], { x1: start, y1: start, x2: 100, y2: 100, stroke: ink.quiet, strokeDasharray: '3 3' }),
      ruleX(primary, {
        x,
        y1: 'lower',
        y2: 'upper',
        stroke: ink.primary,
        strokeOpacity: 0.45,
        strokeWidth: 5,
      }),
      ruleX(shadow, { x, y1: 'lower', y2: 'upper', stroke: ink.shadow, strokeWidth: 1.5 }),
      line(primary, { x, y: 'right', stroke: ink.primary, strokeWidth: 1.5 }),
      line(shadow, { x, y: 'right', stroke: ink.shadow, strokeWidth: 1.5 }),
      dot(primary, { x, y: 'right', r: 3.5, fill: ink.primary }),
      dot(shadow, { x, y: 'right', r: 4, fill: 'var(--raised)', stroke: ink.shadow, strokeWidth: 2 }),
    ],
  };
}

function Bins({ report, primary, shadow }: Both) {
  const filled = primary.curve.flatMap((bin, index) => {
    const other = shadow.curve[index];
    return other === undefined || bin.n + other.n === 0 ? [] : [{ index, bin, other }];
  });
  const percent = (value: number | null) => (value === null ? '–' : `${(100 * value).toFixed(1)}%`);
  return (
    <Numbers of="the bins">
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">confidence</th>
            <th scope="col" className={table.n}>
              v{report.primary} right
            </th>
            <th scope="col" className={table.n}>
              rows
            </th>
            <th scope="col" className={table.n}>
              v{report.shadow} right
            </th>
            <th scope="col" className={table.n}>
              rows
            </th>
          </tr>
        </thead>
        <tbody>
          {filled.map(({ index, bin, other }) => (
            <tr key={index}>
              <th scope="row">
                {10 * index}–{10 * index + 10}%
              </th>
              <td className={table.n}>{percent(bin.right)}</td>
              <td className={table.n}>{count(bin.n)}</td>
              <td className={table.n}>{percent(other.right)}</td>
              <td className={table.n}>{count(other.n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Numbers>
  );
}
