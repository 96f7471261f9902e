import type { Report } from '../analysis/report/report.ts';
import { type Html, html, nothing } from './html-text.ts';
import { lanesOf } from './lanes.ts';
import { bytes, milliseconds, share } from './report-text.ts';

/** What each version fails and costs. */
export function costSection(report: Report): Html {
  const lanes = lanesOf(report);
  if (lanes.length === 0) return nothing;
  const rows = lanes.map(
    ({ name, errors, cost }) =>
      html`<tr><th scope="row">${name}</th><td class="n">${errors === null ? '–' : share(errors.rate, 2)}</td><td class="n">${milliseconds(cost?.cpu_ms_per_row)}</td><td class="n wide">${cost?.rows_per_run?.toFixed(1) ?? '–'}</td><td class="n">${bytes(cost?.memory_bytes)}</td></tr>`,
  );
  return html`<section>
<h2>Cost and errors</h2>
<table>
<thead><tr><th scope="col"><span class="unseen">version</span></th><th scope="col" class="n">errors</th><th scope="col" class="n">CPU per row, ms</th><th scope="col" class="n wide">rows a run</th><th scope="col" class="n">memory</th></tr></thead>
<tbody>${rows}</tbody>
</table>
</section>`;
}
