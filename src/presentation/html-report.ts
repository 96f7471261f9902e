import type { Report } from '../analysis/report/report.ts';
import { confidenceSection } from './html-confidence.ts';
import { costSection } from './html-cost.ts';
import { flipSection } from './html-flips.ts';
import { latencySection } from './html-latency.ts';
import { htmlPage } from './html-page.ts';
import { readinessSection } from './html-readiness.ts';
import { segmentSection } from './html-segments.ts';
import { sliceSection } from './html-slices.ts';
import { type Html, html, nothing } from './html-text.ts';
import { count, minuteOf, share } from './report-text.ts';
import { verdictHeadlines } from './verdict-headline.ts';

/** The report as one page that needs nothing else: the verdict and who is hit first, then everything else. */
export function htmlReport(report: Report): string {
  const { verdict, model, primary, shadow } = report;
  const { words } = verdictHeadlines[verdict.decision];
  return htmlPage({
    title: `${words}: ${model} v${primary} → v${shadow}`,
    body: html`${headOf(report)}
<main>
${segmentSection(report)}
${sliceSection(report)}
${readinessSection(report)}
<div class="figures">
${confidenceSection(report)}
${latencySection(report)}
${flipSection(report)}
${costSection(report)}
</div>
</main>
${footOf(report)}`,
  });
}

function headOf(report: Report): Html {
  const { verdict, model, primary, shadow, window, overall, traffic } = report;
  const repeated = report.rows_of_repeated_entities;
  const { sign, words } = verdictHeadlines[verdict.decision];
  const [first = '', ...others] = verdict.reasons;
  const facts = [
    `${minuteOf(window.from)} to ${minuteOf(window.to)} UTC`,
    `${count(traffic.compared)} rows compared${repeated > 0 ? `, of which ${count(overall.n)} count` : ''}`,
    ...(overall.agreement === null ? [] : [`${share(overall.agreement.estimate)} agree`]),
  ];
  return html`<header class="${verdict.decision}">
<div class="top"><h1><span aria-hidden="true">${sign}</span> ${words}</h1>
<p class="who"><span>${model}</span> v${primary} → v${shadow}</p></div>
<p class="reason">${first}</p>
${others.length === 0 ? nothing : html`<ul class="reasons">${others.map((reason) => html`<li>${reason}</li>`)}</ul>`}
<p class="facts">${facts.map((fact) => html`<span>${fact}</span> `)}</p>
</header>`;
}

function footOf({ generated_at, readiness: { alpha, margin }, traffic }: Report): Html {
  const dropped = Object.entries(traffic.dropped).filter(([, rows]) => rows > 0);
  const why = dropped.map(([reason, rows]) => `${reason.replaceAll('_', ' ')} ${count(rows)}`).join(', ');
  return html`<footer>
<p>${count(traffic.requests)} requests with ${count(traffic.rows)} rows, ${count(traffic.sampled)} sampled, ${count(traffic.compared)} compared${why === '' ? '' : `; dropped: ${why}`}.</p>
<p>Intervals are anytime-valid at ${Number((100 * (1 - alpha)).toFixed(1))}%: the page may be looked at all day. The margin is ${share(margin)}. Written by Understudy, ${minuteOf(generated_at)} UTC.</p>
</footer>`;
}
