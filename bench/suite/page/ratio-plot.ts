import { axisX, axisY, dot, gridX, ruleX, ruleY } from '@observablehq/plot';
import { type Html, html, nothing } from '../../../src/presentation/html-text.ts';
import { ink, svgPlot } from '../../../src/presentation/svg-plot.ts';
import type { Measure, Ratio, ScenarioResult } from '../suite-result.ts';
import { measures } from '../suite-result.ts';
import { outcomeOf, targetOf } from '../wanted.ts';
import { logTicks } from './ticks.ts';

/** Of the plots' font, about. */
const letterWidth = 6.2;

interface Row {
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  readonly color: string;
  readonly wanted: number | null;
}

/** Ratios of all cases of a scenario, a plot for each measure: where they lie, and how far the rounds lie apart. */
export function ratioPlots({ cases }: ScenarioResult): Html {
  const rows = (measure: Measure): Row[] =>
    cases.flatMap(({ name, ratios }) => {
      const shown = ratios.filter(
        (ratio) => ratio.measure === measure && ratio.x === null && (ratio.value ?? 0) > 0,
      );
      return shown.map((ratio) =>
        rowOf(ratio, shown.length === 1 ? name : `${name} / ${ratio.by.split(',')[0]}`),
      );
    });
  const plots = measures
    .map((measure) => ({ measure, rows: rows(measure) }))
    .filter((plot) => plot.rows.length > 1);
  if (plots.length === 0) return nothing;
  return html`<div class="figures">${plots.map(
    ({
      measure,
      rows,
    }) => html`<figure><figcaption>${captionOf(measure)} <span class="unit">ratio; line: rounds; bar: wanted</span></figcaption>
${plotOf(measure, rows)}</figure>`,
  )}</div>`;
}

export function captionOf(measure: Measure): string {
  if (measure === 'throughput') return 'Throughput, more is better';
  return `${measure === 'memory' ? 'Memory' : `Latency, ${measure}`}, less is better`;
}

function rowOf(ratio: Ratio, label: string): Row {
  const value = ratio.value!;
  const rounds = ratio.rounds.filter((one) => one > 0);
  return {
    ...{ label, value, color: colorOf(ratio) },
    ...{ from: Math.min(value, ...rounds), to: Math.max(value, ...rounds) },
    wanted: ratio.wanted === null ? null : targetOf(ratio.wanted),
  };
}

export function colorOf(ratio: Ratio): string {
  const outcome = outcomeOf(ratio);
  return outcome === 'hit' ? ink.good : outcome === 'miss' ? ink.regressed : ink.quiet;
}

function plotOf(measure: Measure, rows: readonly Row[]): Html {
  const ends = rows.flatMap(({ from, to, wanted }) => [from, to, wanted ?? from, 1]);
  const domain: [number, number] = [Math.min(...ends) / 1.06, Math.max(...ends) * 1.06];
  const labels = rows.map(({ label }) => label);
  const sentences = rows.map(({ label, value }) => `${label}: ${value.toFixed(2)}.`);
  const ticks = logTicks(...domain);
  return svgPlot(`${captionOf(measure)}. ${sentences.join(' ')}`, {
    ...{ width: 460, height: 34 + 22 * rows.length },
    marginLeft: 16 + letterWidth * Math.max(...labels.map(({ length }) => length)),
    ...{ marginRight: 16, marginTop: 6, marginBottom: 24 },
    x: { type: 'log', domain },
    y: { type: 'point', domain: labels, padding: 0.6 },
    marks: [
      gridX(ticks, { stroke: ink.faint, strokeOpacity: 1 }),
      ruleX([1], { stroke: ink.quiet }),
      axisX(ticks, { tickSize: 0, label: null, text: String }),
      axisY({ tickSize: 0, label: null }),
      dot(
        rows.filter(({ wanted }) => wanted !== null),
        { x: 'wanted', y: 'label', symbol: verticalBar, r: 6, stroke: 'currentColor', strokeWidth: 2 },
      ),
      ruleY(rows, {
        x1: 'from',
        x2: 'to',
        y: 'label',
        stroke: 'color',
        strokeWidth: 2.5,
        strokeLinecap: 'round',
      }),
      dot(rows, { x: 'value', y: 'label', r: 4.5, fill: 'color' }),
    ],
    color: { type: 'identity' },
  });
}

const verticalBar = {
  draw(
    context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void },
    size: number,
  ): void {
    const half = Math.sqrt(size / Math.PI);
    context.moveTo(0, -half);
    context.lineTo(0, half);
  },
};

/** One ratio beside what is wanted of it, for a table; its numbers stand beside it. */
export function wantedPlot(ratio: Ratio, domain: readonly [number, number]): Html {
  if (ratio.value === null || ratio.value <= 0 || ratio.wanted === null) return nothing;
  const row = rowOf(ratio, '');
  const shown = [{ ...row, y: 0 }];
  return svgPlot(null, {
    ...{ width: 260, height: 20, marginLeft: 8, marginRight: 8, marginTop: 0, marginBottom: 0 },
    x: { type: 'log', domain: [...domain], axis: null, clamp: true },
    y: { domain: [-1, 1], axis: null },
    color: { type: 'identity' },
    marks: [
      ruleX([1], { stroke: ink.line }),
      ruleX([row.wanted!], { stroke: ink.quiet, strokeWidth: 2, y1: -0.8, y2: 0.8 }),
      ruleY(shown, {
        x1: 'from',
        x2: 'to',
        y: 'y',
        stroke: 'color',
        strokeWidth: 2.5,
        strokeLinecap: 'round',
      }),
      dot(shown, { x: 'value', y: 'y', r: 4.5, fill: 'color' }),
    ],
  });
}
