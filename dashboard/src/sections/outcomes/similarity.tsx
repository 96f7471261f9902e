import { dot, type PlotOptions, ruleX, ruleY } from '@observablehq/plot';
import { useCallback } from 'react';
import type { Report, SimilarityReport } from '../../../../src/analysis/report/report.ts';
import { count } from '../../../../src/presentation/report-text.ts';
import { bottomAxis } from '../../components/axes.ts';
import { Figure, Figures } from '../../components/figure.tsx';
import { ink } from '../../components/ink.ts';
import { Interval } from '../../components/interval.tsx';
import layout from '../../components/layout.module.css';
import { PlotFigure } from '../../components/plot-figure.tsx';
import { Nothing, Section } from '../../components/section.tsx';

/** Of embeddings and rankings: how much the outcomes of both versions have in common. */
export function Similarity({ report }: { readonly report: Report }) {
  const { similarity } = report.overall;
  return (
    <Section id="outcomes" title="Similarity" define="similarity">
      {similarity === null ? (
        <Nothing>
          No pair of outcomes is measured yet. Send requests; sampled ones appear here within seconds.
        </Nothing>
      ) : (
        <div className={layout.stack}>
          <Figures>
            <Figure define="similarity" label={nameOf(similarity)} note={`${count(similarity.n)} pairs`}>
              <Interval
                of={{ estimate: similarity.mean, lower: similarity.lower, upper: similarity.upper }}
                format={(value) => value.toFixed(4)}
              />
            </Figure>
            {similarity.lengths === null ? null : (
              <Figure define="vector_length" label={`Length v${report.primary} → v${report.shadow}`}>
                {similarity.lengths.primary.toPrecision(4)} → {similarity.lengths.shadow.toPrecision(4)}
              </Figure>
            )}
          </Figures>
          <SimilarityPlot report={report} similarity={similarity} />
        </div>
      )}
    </Section>
  );
}

function nameOf({ measure, k }: SimilarityReport): string {
  return measure === 'cosine' ? 'Mean cosine' : `Mean overlap@${k ?? 'k'}`;
}

function SimilarityPlot({
  report,
  similarity,
}: {
  readonly report: Report;
  readonly similarity: SimilarityReport;
}) {
  const wanted = report.task === 'embedding' ? 1 - report.readiness.margin : null;
  const { mean, lower, upper } = similarity;
  const options = useCallback(
    (width: number) => similarityPlot(width, { mean, lower, upper }, wanted),
    [mean, lower, upper, wanted],
  );
  const against = wanted === null ? '' : `; equivalent from ${wanted.toFixed(4)} on`;
  return (
    <PlotFigure
      label={`${nameOf(similarity)} ${mean.toFixed(4)}, interval ${lower.toFixed(4)} to ${upper.toFixed(4)}${against}.`}
      options={options}
      caption={
        <span>
          {nameOf(similarity).toLowerCase()} with its interval
          {wanted === null ? '' : `; equivalent where all of it is right of the line, ${wanted.toFixed(4)}`}
        </span>
      }
    />
  );
}

function similarityPlot(
  width: number,
  { mean, lower, upper }: { readonly mean: number; readonly lower: number; readonly upper: number },
  wanted: number | null,
): PlotOptions {
  const least = Math.min(lower, wanted ?? 1);
  const start = Math.max(-1, least - 0.15 * (1 - least) - 1e-4);
  return {
    ...{ height: 76, marginLeft: 16, marginRight: 16, marginTop: 12, marginBottom: 26 },
    x: { domain: [start, 1] },
    y: { axis: null, domain: [-1, 1] },
    marks: [
      bottomAxis((value) => String(Number(value.toFixed(5))), width < 400 ? 3 : 6),
      ...(wanted === null
        ? []
        : [ruleX([wanted], { stroke: ink.good, strokeDasharray: '3 3', strokeWidth: 1.5 })]),
      ruleY([0], { x1: lower, x2: upper, stroke: ink.text, strokeWidth: 2 }),
      dot([[mean, 0]], { r: 5, fill: ink.text }),
    ],
  };
}
