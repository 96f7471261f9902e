import { type Html, html, nothing } from '../../../src/presentation/html-text.ts';
import { doubtsOf } from '../../perf/result-table.ts';
import { loadText, millisecondsAt, ratioLine, rowsText } from '../case-text.ts';
import type { CaseResult, ResultTable } from '../suite-result.ts';
import { latencyPlot } from './latency-plot.ts';
import { loadPlots } from './load-plots.ts';
import { resourcePlots } from './resource-plots.ts';

/** Longer tables wait until somebody opens them. */
const shortTable = 8;

/** A case: how it goes with load, how latencies are spread, what it used, and all numbers. */
export function caseSection(scenario: string, result: CaseResult): Html {
  const { name, about, ratios, tables, resources, failure } = result;
  return html`<article id="${scenario}-${name}">
<h3>${name}</h3>
<p class="about">${about}</p>
${failure === null ? nothing : html`<p class="failure">Not measured: ${failure}</p>`}
${loadPlots(result)}
${result.points.length === 0 ? nothing : html`<div class="figures">${latencyPlot(result)}${ratios.length === 0 ? nothing : html`<ul class="reasons">${ratios.map((ratio) => html`<li>${ratioLine(ratio)}</li>`)}</ul>`}</div>${pointTable(result)}`}
${tables.map(tableOf)}
${resources.length === 0 ? nothing : resources.length === 1 ? resources.map(resourcePlots) : html`<details><summary>CPU and memory over time</summary>${resources.map(resourcePlots)}</details>`}
</article>`;
}

function pointTable({ axis, points }: CaseResult): Html {
  const head = [...(axis ? [axis.label] : []), 'load', 'rows/s', 'p50 ms', 'p99', 'p99.9', 'max'];
  const doubtful = points.some((point) => doubtsOf(point).length > 0);
  const table = html`<div class="scroll"><table>
<thead><tr><th scope="col"><span class="unseen">what</span></th>${head.map((text) => html`<th scope="col" class="n">${text}</th>`)}${doubtful ? html`<th scope="col"><span class="unseen">doubts</span></th>` : nothing}</tr></thead>
<tbody>${points.map((point) => {
    const numbers = [
      ...(axis ? [point.x === null ? '' : String(point.x)] : []),
      ...[loadText(point), rowsText(point.inferencesPerSecond)],
      ...[50, 99, 99.9, 100].map((percentile) => millisecondsAt(point, percentile)),
    ];
    return html`<tr><th scope="row">${point.subject}</th>${numbers.map((text) => html`<td class="n">${text}</td>`)}${doubtful ? html`<td class="doubt">${doubtsOf(point).join('; ')}</td>` : nothing}</tr>`;
  })}</tbody></table></div>`;
  return points.length <= shortTable
    ? table
    : html`<details><summary>Numbers of all ${points.length} points</summary>${table}</details>`;
}

function tableOf({ title, head, rows, note }: ResultTable): Html {
  return html`<h4>${title}</h4><div class="scroll"><table>
<thead><tr>${head.map((text, i) => html`<th scope="col"${i === 0 ? nothing : html` class="n"`}>${text}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td${i === 0 ? nothing : html` class="n"`}>${cell ?? ''}</td>`)}</tr>`)}</tbody>
</table></div>${note === '' ? nothing : html`<p class="note">${note}</p>`}`;
}
