import { type Html, html, nothing } from '../../../src/presentation/html-text.ts';
import type { Ratio, SuiteResult } from '../suite-result.ts';
import { outcomeOf, targetOf, wantedText } from '../wanted.ts';
import { wantedPlot } from './ratio-plot.ts';

interface WantedRow {
  readonly name: string;
  readonly ratio: Ratio;
}

/** Everything that was wanted, and whether it was reached. */
export function wantedSection({ scenarios }: SuiteResult): Html {
  const rows = scenarios.flatMap((scenario) =>
    scenario.cases.flatMap(({ name, ratios }) =>
      ratios.flatMap((ratio) => (ratio.wanted === null ? [] : [{ name: `${scenario.name}/${name}`, ratio }])),
    ),
  );
  if (rows.length === 0) return nothing;
  const ends = rows.flatMap(({ ratio: { value, wanted } }) => [value ?? 1, targetOf(wanted!), 1]);
  // One that is far off may not squeeze the others; it is drawn at the edge.
  const domain = [Math.max(0.2, Math.min(...ends) / 1.1), Math.min(5, Math.max(...ends) * 1.1)] as const;
  const hits = rows.filter(({ ratio }) => outcomeOf(ratio) === 'hit').length;
  return html`<section>
<h2>Wanted <small>${hits} of ${rows.length} hit</small></h2>
<table class="wanted">
<thead><tr><th scope="col">case</th><th scope="col">ratio</th><th scope="col" class="drawn"><span class="unseen">drawn</span></th><th scope="col" class="n">value</th><th scope="col" class="n">wanted</th><th scope="col"><span class="unseen">outcome</span></th></tr></thead>
<tbody>${rows.map((row) => rowOf(row, domain))}</tbody>
</table>
</section>`;
}

function rowOf({ name, ratio }: WantedRow, domain: readonly [number, number]): Html {
  const outcome = outcomeOf(ratio)!;
  const value = ratio.value === null ? '' : ratio.value.toFixed(2);
  return html`<tr><th scope="row"><a href="#${name.replace('/', '-')}">${name}</a></th><td class="ratio">${ratio.measure}: ${ratio.of} ÷ ${ratio.by}${ratio.doubt === null ? nothing : html` <span class="doubt">(${ratio.doubt})</span>`}</td><td class="drawn">${wantedPlot(ratio, domain)}</td><td class="n">${value}</td><td class="n">${wantedText(ratio.wanted!)}</td><td class="${outcome.replace(' ', '-')}">${outcome}</td></tr>`;
}
