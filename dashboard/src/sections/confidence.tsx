import { lineY, type PlotOptions, rectY, ruleX } from '@observablehq/plot';
import { useCallback, useMemo } from 'react';
import type { ConfidenceReport, Report } from '../../../src/analysis/report/report.ts';
import { signed } from '../../../src/analysis/verdict/percent-text.ts';
import { baseline, bottomAxis, margins, valueAxis } from '../components/axes.ts';
import { Figure, Figures } from '../components/figure.tsx';
import { ink } from '../components/ink.ts';
import { Interval } from '../components/interval.tsx';
import { Key } from '../components/key.tsx';
import layout from '../components/layout.module.css';
import { PlotFigure } from '../components/plot-figure.tsx';
import { Nothing, Section } from '../components/section.tsx';
import { type ConfidenceBin, confidenceBins, outlineOf } from '../data/confidence-bins.ts';
import type { SectionProps } from './section-props.ts';

/** How sure both versions are, one over the other, and how far that has moved. */
export function Confidence({ report }: SectionProps) {
  const { confidence } = report.overall;
  return (
    <Section id="confidence" title="Confidence" define="confidence">
      {confidence === null ? (
        <Nothing>
          {report.overall.n === 0 ? (
            'No row is compared yet. Send requests; how sure both versions are of them appears here.'
          ) : (
            <>
              The versions give no probabilities. Where an output holds them, name it under{' '}
              <code>outputs.scores</code> in deployment.yaml.
            </>
          )}
        </Nothing>
      ) : (
        <div className={layout.stack}>
          <Histograms report={report} confidence={confidence} />
          <Drift confidence={confidence} />
        </div>
      )}
    </Section>
  );
}

function Drift({ confidence }: { readonly confidence: ConfidenceReport }) {
  const { difference, psi, js_distance, ks, wasserstein } = confidence;
  return (
    <Figures>
      <Figure define="confidence_change" label="Change of mean">
        <Interval of={difference} format={(value) => signed(value, 3)} />
      </Figure>
      <Figure define="psi">{psi.toFixed(3)}</Figure>
      <Figure define="js_distance" label="JS distance">
        {js_distance.toFixed(3)}
      </Figure>
      <Figure define="ks" label="KS">
        {ks.toFixed(3)}
      </Figure>
      <Figure define="wasserstein" label="Wasserstein">
        {wasserstein.toFixed(3)}
      </Figure>
    </Figures>
  );
}

/** Both versions’ confidences, one over the other. */
export function Histograms({
  report,
  confidence,
}: {
  readonly report: Report;
  readonly confidence: ConfidenceReport;
}) {
  const bins = useMemo(() => confidenceBins(confidence.histogram), [confidence]);
  const { primary_mean: ofPrimary, shadow_mean: ofShadow } = confidence;
  const options = useCallback(
    (width: number) => histogramPlot(width, bins, ofPrimary, ofShadow),
    [bins, ofPrimary, ofShadow],
  );
  return (
    <PlotFigure
      label={`Histograms of confidence. v${report.primary} is ${ofPrimary.toFixed(3)} sure on average, v${report.shadow} ${ofShadow.toFixed(3)}.`}
      options={options}
      caption={
        <>
          <Key of="primary">
            v{report.primary}, mean {ofPrimary.toFixed(3)}
          </Key>
          <Key of="shadow">
            v{report.shadow}, mean {ofShadow.toFixed(3)}
          </Key>
          <span>% of rows, by confidence</span>
        </>
      }
    />
  );
}

function histogramPlot(
  width: number,
  bins: readonly ConfidenceBin[],
  ofPrimary: number,
  ofShadow: number,
): PlotOptions {
  return {
    ...{ height: 240, ...margins },
    x: { domain: [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1] },
    y: { domain: [0, 1.05 * Math.max(1, ...bins.flatMap(({ primary, shadow }) => [primary, shadow]))] },
    marks: [
      valueAxis((value) => `${value}%`),
      bottomAxis((value) => String(value), width < 360 ? 4 : 6),
      rectY(bins, { x1: 'from', x2: 'to', y: 'primary', fill: ink.primary, fillOpacity: 0.35, inset: 0.5 }),
      lineY(outlineOf(bins), { x: 'x', y: 'y', stroke: ink.shadow, strokeWidth: 2 }),
      baseline,
      ruleX([ofPrimary], { stroke: ink.primary, strokeDasharray: '3 3' }),
      ruleX([ofShadow], { stroke: ink.shadow, strokeDasharray: '3 3' }),
    ],
  };
}
