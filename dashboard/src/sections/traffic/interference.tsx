import { dot, type PlotOptions, rectX, ruleX, ruleY } from '@observablehq/plot';
import { useCallback } from 'react';
import type { InterferenceReport, Report } from '../../../../src/analysis/report/report.ts';
import { signed } from '../../../../src/analysis/verdict/percent-text.ts';
import { count, milliseconds, share } from '../../../../src/presentation/report-text.ts';
import { bottomAxis } from '../../components/axes.ts';
import { Figure, Figures } from '../../components/figure.tsx';
import { ink } from '../../components/ink.ts';
import { Interval } from '../../components/interval.tsx';
import layout from '../../components/layout.module.css';
import { PlotFigure } from '../../components/plot-figure.tsx';
import { Remark } from '../../components/remark.tsx';

/** By how much the shadows slow the primary down, against what they may. */
export function Interference({
  report,
  interference,
}: {
  readonly report: Report;
  readonly interference: InterferenceReport | null;
}) {
  if (interference === null)
    return <Remark>Nothing is compared with this primary now, so nothing can slow it down.</Remark>;
  const { estimate, lower, upper, budget, pairs, effective_sample: effective, p99_ms: tails } = interference;
  const measured = estimate !== null && lower !== null && upper !== null;
  return (
    <div className={layout.stack}>
      {measured ? (
        <>
          <Figures>
            <Figure
              define="interference"
              label="Slow-down"
              note={budget === null ? undefined : `budget ${share(budget)}, ${count(pairs)} pairs`}
            >
              <Interval of={{ estimate, lower, upper }} format={(value) => `${signed(100 * value, 1)}%`} />
            </Figure>
            {tails === null ? null : (
              <Figure define="interference_p99" note="with shadows / without">
                {milliseconds(tails.with_shadows)} / {milliseconds(tails.without_shadows)} ms
              </Figure>
            )}
          </Figures>
          <SlowdownPlot estimate={estimate} lower={lower} upper={upper} budget={budget} />
        </>
      ) : (
        <Remark>{sentenceOf(interference, report)}</Remark>
      )}
      {effective < 1 ? (
        <Remark>
          The governor leaves the shadow {share(effective)} of what should be sampled, to keep within the
          budget.
        </Remark>
      ) : null}
    </div>
  );
}

function sentenceOf({ state, pairs, discarded }: InterferenceReport, { model }: Report): string {
  switch (state) {
    case 'off':
      return `The governor is off for ${model} (interference_budget: off), so nobody knows by how much the shadow slows the primary down. Set a budget in deployment.yaml, like 5%, to have it measured and kept.`;
    case 'waiting_for_traffic':
      return 'There is too little traffic to measure by: it takes 2.5 requests per second.';
    case 'blind':
      return 'The shadows do not come to rest when they are paused, so there is nothing to compare with: a run hangs, or a worker is being loaded. The log says which.';
    case 'failed':
      return 'The governor measures no more; the log says why.';
    case 'measuring':
      return `Measuring: ${count(pairs)} of the 30 pairs of moments, with the shadows and without, that an interval takes${discarded.busy + discarded.few === 0 ? '' : `; ${count(discarded.busy + discarded.few)} told nothing`}.`;
  }
}

interface Slowdown {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly budget: number | null;
}

function SlowdownPlot({ estimate, lower, upper, budget }: Slowdown) {
  const options = useCallback(
    (width: number) => slowdownPlot(width, { estimate, lower, upper, budget }),
    [estimate, lower, upper, budget],
  );
  const percent = (value: number) => `${signed(100 * value, 1)}%`;
  return (
    <PlotFigure
      label={`The primary is slower by ${percent(estimate)} with its shadows, interval ${percent(lower)} to ${percent(upper)}${budget === null ? '' : `; the budget is ${percent(budget)}`}.`}
      options={options}
      caption={
        <span>
          slow-down of the primary with its interval{budget === null ? '' : '; the band is within the budget'}
        </span>
      }
    />
  );
}

function slowdownPlot(width: number, { estimate, lower, upper, budget }: Slowdown): PlotOptions {
  const least = Math.min(lower, 0);
  const most = Math.max(upper, budget ?? 0, 0);
  const room = 0.08 * (most - least || 0.01);
  const domain = [100 * (least - room), 100 * (most + room)];
  return {
    ...{ height: 68, marginLeft: 16, marginRight: 16, marginTop: 8, marginBottom: 24 },
    x: { domain },
    y: { axis: null, domain: [-1, 1] },
    marks: [
      ...(budget === null
        ? []
        : [
            rectX([{}], { x1: domain[0], x2: 100 * budget, y1: -1, y2: 1, fill: ink.good, fillOpacity: 0.1 }),
          ]),
      bottomAxis(
        (value) => `${signed(value, Math.abs(domain[1]! - domain[0]!) < 4 ? 1 : 0)}%`,
        width < 400 ? 4 : 7,
      ),
      ruleX([0], { stroke: ink.control, strokeOpacity: 0.6 }),
      ruleY([0], { x1: 100 * lower, x2: 100 * upper, stroke: ink.text, strokeWidth: 2 }),
      dot([[100 * estimate, 0]], { r: 4.5, fill: ink.text }),
    ],
  };
}
