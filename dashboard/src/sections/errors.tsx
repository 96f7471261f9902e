import { areaY, dot, lineY, type PlotOptions, text } from '@observablehq/plot';
import { useCallback, useMemo } from 'react';
import type { Rate, Report } from '../../../src/analysis/report/report.ts';
import type { Timeline } from '../../../src/analysis/timeline/timeline.ts';
import { share } from '../../../src/presentation/report-text.ts';
import { baseline, margins, timeAxis, valueAxis } from '../components/axes.ts';
import { Figure, Figures } from '../components/figure.tsx';
import { ink } from '../components/ink.ts';
import { Interval } from '../components/interval.tsx';
import { Key } from '../components/key.tsx';
import layout from '../components/layout.module.css';
import { PlotFigure } from '../components/plot-figure.tsx';
import { Nothing, Section } from '../components/section.tsx';
import { bucketWords, momentText } from '../data/bucket-words.ts';
import { type ErrorPoint, errorSeries } from '../data/error-series.ts';
import type { SectionProps } from './section-props.ts';

/** How often either version gave no outcome, in all and in each bucket. */
export function Errors({ report, timeline }: SectionProps) {
  const { errors } = report.overall;
  return (
    <Section id="errors" title="Errors over time" define="error_rate">
      {errors === null ? (
        <Nothing>No row is compared yet, so neither version has failed on one.</Nothing>
      ) : (
        <div className={layout.stack}>
          <Figures>
            <RateFigure report={report} of="primary" rate={errors.primary} />
            <RateFigure report={report} of="shadow" rate={errors.shadow} />
          </Figures>
          {timeline === null ? null : <ErrorPlot report={report} timeline={timeline} />}
        </div>
      )}
    </Section>
  );
}

function RateFigure({
  report,
  of,
  rate: { rate, lower, upper },
}: {
  readonly report: Report;
  readonly of: 'primary' | 'shadow';
  readonly rate: Rate;
}) {
  return (
    <Figure define="error_rate" label={`v${report[of]} ${of}`}>
      <Interval of={{ estimate: rate, lower, upper }} format={(value) => share(value, 2)} />
    </Figure>
  );
}

function ErrorPlot({ report, timeline }: { readonly report: Report; readonly timeline: Timeline }) {
  const series = useMemo(
    () => ({ primary: errorSeries(timeline, 'primary'), shadow: errorSeries(timeline, 'shadow') }),
    [timeline],
  );
  const options = useCallback((width: number) => errorPlot(width, series.primary, series.shadow), [series]);
  const worst = series.shadow.reduce<ErrorPoint | null>(
    (most, point) => (point.rate > (most?.rate ?? 0) ? point : most),
    null,
  );
  const peak =
    worst === null
      ? `v${report.shadow} had none.`
      : `v${report.shadow} was at its worst around ${momentText(worst.at)} UTC: ${worst.rate.toFixed(2)}%.`;
  return (
    <PlotFigure
      label={`Share of rows without an outcome, each ${bucketWords(timeline.bucket_seconds)}. ${peak}`}
      options={options}
      caption={
        <>
          <Key of="primary">v{report.primary} primary</Key>
          <Key of="shadow">v{report.shadow} shadow</Key>
          <span>% of rows, each {bucketWords(timeline.bucket_seconds)}</span>
        </>
      }
    />
  );
}

function errorPlot(
  width: number,
  primary: readonly ErrorPoint[],
  shadow: readonly ErrorPoint[],
): PlotOptions {
  const most = Math.max(0, ...[...primary, ...shadow].map(({ rate }) => rate || 0));
  const digits = most === 0 ? 0 : most < 1 ? 2 : most < 10 ? 1 : 0;
  const of = (points: readonly ErrorPoint[], color: string) => [
    lineY(points, { x: 'at', y: 'rate', stroke: color, strokeWidth: 1.5 }),
    dot(points, { x: 'at', y: 'rate', r: points.length > 80 ? 1.25 : 2, fill: color }),
  ];
  return {
    ...{ height: 220, ...margins, marginLeft: 44, marginBottom: 34 },
    x: { type: 'utc' },
    y: { domain: [0, most === 0 ? 2 : most * 1.08] },
    marks: [
      valueAxis((value) => `${value.toFixed(digits)}%`, most === 0 ? [0, 1, 2] : 4),
      timeAxis(width),
      baseline,
      areaY(shadow, { x: 'at', y: 'rate', fill: ink.shadow, fillOpacity: 0.1 }),
      of(primary, ink.primary),
      of(shadow, ink.shadow),
      ...(most === 0
        ? [text(['no errors in this window'], { frameAnchor: 'middle', fill: ink.quiet, fontSize: 13 })]
        : []),
    ],
  };
}
