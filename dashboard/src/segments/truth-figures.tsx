import type { Block, Report } from '../../../src/analysis/report/report.ts';
import { signed } from '../../../src/analysis/verdict/percent-text.ts';
import { measureOf } from '../../../src/presentation/measure.ts';
import { count, share } from '../../../src/presentation/report-text.ts';
import { Figure, Figures } from '../components/figure.tsx';
import { Interval } from '../components/interval.tsx';
import { Part } from '../components/section.tsx';

/** What the labels of a segment say: accuracies, or errors of a regression, or what a similarity is. */
export function TruthFigures({ report, block }: { readonly report: Report; readonly block: Block }) {
  const { accuracy, error, similarity } = block;
  const measure = measureOf(report);
  return (
    <>
      {accuracy === null ? null : (
        <Part
          title="Which version is right"
          define="accuracy"
          note={`${count(accuracy.labelled)} of ${count(accuracy.n)} mature rows labelled`}
        >
          <Figures>
            <Figure define="accuracy" label={`v${report.primary}`}>
              {share(accuracy.primary)}
            </Figure>
            <Figure define="accuracy" label={`v${report.shadow}`}>
              {share(accuracy.shadow)}
            </Figure>
            <Figure define="accuracy_difference" label="Difference, points">
              <Interval of={measure.interval(block)} format={measure.number} />
            </Figure>
            <Figure define="gains_losses">
              {count(accuracy.gains)} / {count(accuracy.losses)}
            </Figure>
            <Figure define="bounds" label="Bounds, points">
              {signed(100 * accuracy.bounds.lower, 1)} to {signed(100 * accuracy.bounds.upper, 1)}
            </Figure>
            <Figure define="anytime_p">{pText(accuracy.anytime_p)}</Figure>
            <Figure define="mcnemar">{pText(accuracy.mcnemar_p)}</Figure>
          </Figures>
        </Part>
      )}
      {error === null ? null : (
        <Part
          title="Which version is nearer to the truth"
          define="error"
          note={`${count(error.n)} labelled rows`}
        >
          <Figures>
            <Figure define="error" label={`MAE v${report.primary}`}>
              {error.mae_primary.toPrecision(4)}
            </Figure>
            <Figure define="error" label={`MAE v${report.shadow}`}>
              {error.mae_shadow.toPrecision(4)}
            </Figure>
            <Figure define="error" label="Difference">
              <Interval of={measure.interval(block)} format={measure.number} />
            </Figure>
            <Figure define="rmse" label="RMSE">
              {error.rmse_primary.toPrecision(4)} → {error.rmse_shadow.toPrecision(4)}
            </Figure>
            <Figure define="nearer_farther">
              {count(error.gains)} / {count(error.losses)}
            </Figure>
          </Figures>
        </Part>
      )}
      {similarity === null ? null : (
        <Part title="Similarity" define="similarity" note={`${count(similarity.n)} pairs`}>
          <Figures>
            <Figure define="similarity" label={similarity.measure}>
              <Interval
                of={{ ...similarity, estimate: similarity.mean }}
                format={(value) => value.toFixed(4)}
              />
            </Figure>
          </Figures>
        </Part>
      )}
    </>
  );
}

function pText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}
