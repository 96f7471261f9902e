import type { Report } from '../analysis/report/report.ts';
import { type Html, html, nothing } from './html-text.ts';
import { listedSlices, sliceCells, sliceHeads } from './slice-text.ts';

/** Of the cells behind the name; on a phone there is room for some. */
const classes = ['n wide', 'n wide', 'wide', 'n', 'status'];

/** Conjunctions that a search found; nothing where it found none or was not made. */
export function sliceSection(report: Report): Html {
  const { slices, slice_search: search } = report;
  if (slices === null || slices.length === 0) return nothing;
  const [name, ...heads] = sliceHeads(report);
  const rows = slices
    .slice(0, listedSlices)
    .map((slice) => ({ status: slice.status, cells: sliceCells(report, slice) }));
  return html`<section>
<h2>Slices <small>found by search, judged on the rows after it</small></h2>
<table class="slices">
<thead><tr><th scope="col">${name ?? ''}</th>${heads.map((head, index) => html`<th scope="col" class="${classes[index] ?? ''}">${head}</th>`)}</tr></thead>
<tbody>${rows.map(({ status, cells: [first, ...cells] }) => html`<tr class="${status}"><th scope="row">${first ?? ''}</th>${cells.map((cell, index) => html`<td class="${classes[index] ?? ''}">${cell}</td>`)}</tr>`)}</tbody>
</table>
${(search?.left_out ?? []).map((sentence) => html`<p class="note">${sentence}</p>`)}
</section>`;
}
