import { areaY, dot, lineY, type PlotOptions, pointerX, ruleX, text, tip } from '@observablehq/plot';
import { useCallback, useMemo } from 'react';
import type { Timeline } from '../../../src/analysis/timeline/timeline.ts';
import { count, share } from '../../../src/presentation/report-text.ts';
import { margins, timeAxis, valueAxis } from '../components/axes.ts';
import { Figure, Figures } from '../components/figure.tsx';
import { ink } from '../components/ink.ts';
import { Interval } from '../components/interval.tsx';
import layout from '../components/layout.module.css';
import { PlotFigure } from '../components/plot-figure.tsx';
import { Nothing, Section } from '../components/section.tsx';
import { bucketWords, momentText } from '../data/bucket-words.ts';
import { decimal } from '../data/decimal.ts';
import {
  type AgreementPoint,
  agreementDomain,
  bucketAgreement,
  runningAgreement,
} from '../data/running-agreement.ts';
import type { SectionProps } from './section-props.ts';

const percent = (value: number) => `${value.toFixed(1)}%`;

/** How often both versions say the same, since the window began and in each of its buckets. */
export function Agreement({ report, timeline }: SectionProps) {
  const { agreement } = report.overall;
  return (
    <Section id="agreement" title="Agreement over time" define="agreement_over_time">
      {agreement === null ? (
        <Nothing>
          No row has an outcome of both versions yet. Send requests to {report.model}; sampled ones appear
          here within seconds.
        </Nothing>
      ) : (
        <div className={layout.stack}>
          <Figures>
            <Figure define="agreement" note={`${count(report.overall.n)} rows`}>
              <Interval of={agreement} format={(value) => share(value)} />
            </Figure>
            {agreement.kappa === null ? null : <Figure define="kappa">{decimal(agreement.kappa, 3)}</Figure>}
          </Figures>
          {timeline === null ? null : <AgreementPlot timeline={timeline} />}
        </div>
      )}
    </Section>
  );
}

function AgreementPlot({ timeline }: { readonly timeline: Timeline }) {
  const running = useMemo(() => runningAgreement(timeline), [timeline]);
  const alone = useMemo(() => bucketAgreement(timeline), [timeline]);
  const options = useCallback((width: number) => agreementPlot(width, running, alone), [running, alone]);
  const [first, last] = [running[0], running.at(-1)];
  if (first === undefined || last === undefined) return null;
  const label = `Agreement from ${momentText(first.at)} to ${momentText(last.at)} UTC: since the start it went from ${percent(first.estimate)} to ${percent(last.estimate)}, with an interval from ${percent(last.lower)} to ${percent(last.upper)} at the end.`;
  return (
    <PlotFigure
      label={label}
      options={options}
      caption={
        <>
          <span>line and band: since the start, with its interval</span>
          <span>dots: each {bucketWords(timeline.bucket_seconds)} alone</span>
        </>
      }
    />
  );
}

function agreementPlot(
  width: number,
  running: readonly AgreementPoint[],
  alone: readonly AgreementPoint[],
): PlotOptions {
  const [least, most] = agreementDomain(running, alone);
  const last = running.slice(-1);
  const digits = most - least < 4 ? 1 : 0;
  const told = ({ at, n, estimate, lower, upper }: AgreementPoint) =>
    `${momentText(at)} UTC\n${percent(estimate)} [${percent(lower)}, ${percent(upper)}]\n${count(n)} rows since the start`;
  return {
    ...{ height: 220, ...margins, marginRight: 50, marginBottom: 34 },
    x: { type: 'utc' },
    y: { domain: [least, most] },
    marks: [
      valueAxis((value) => `${value.toFixed(digits)}%`),
      timeAxis(width),
      areaY(running, { x: 'at', y1: 'lower', y2: 'upper', fill: ink.text, fillOpacity: 0.09, clip: true }),
      dot(alone, {
        x: 'at',
        y: 'estimate',
        r: alone.length > 80 ? 1.5 : 2.25,
        fill: ink.control,
        fillOpacity: 0.75,
      }),
      lineY(running, { x: 'at', y: 'estimate', stroke: ink.text, strokeWidth: 1.75 }),
      text(last, {
        ...{ x: 'at', y: 'estimate', text: ({ estimate }: AgreementPoint) => percent(estimate) },
        ...{ dx: 6, textAnchor: 'start', fill: ink.text, fontWeight: 600 },
      }),
      ruleX(running, pointerX({ x: 'at', stroke: ink.quiet, strokeOpacity: 0.5 })),
      tip(running, pointerX({ x: 'at', y: 'estimate', title: told, lineHeight: 1.35, stroke: ink.line })),
    ],
  };
}
