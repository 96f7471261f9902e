import { bytesText } from '../../../src/doctor/bytes-text.ts';
import { htmlPage } from '../../../src/presentation/html-page.ts';
import { type Html, html, nothing } from '../../../src/presentation/html-text.ts';
import { minuteOf } from '../../../src/presentation/report-text.ts';
import type { SuiteResult } from '../suite-result.ts';
import { caseSection } from './case-section.ts';
import { pageStyle } from './page-style.ts';
import { ratioPlots } from './ratio-plot.ts';
import { wantedSection } from './wanted-section.ts';

/** The results as one page that needs nothing else: what was wanted first, then scenario by scenario. */
export function suitePage(result: SuiteResult): string {
  const { scenarios, measuredAt } = result;
  return htmlPage({
    title: `Understudy bench, ${minuteOf(measuredAt)}`,
    style: pageStyle,
    body: html`${headOf(result)}
<main>
${wantedSection(result)}
${scenarios.map(
  (scenario) => html`<section class="scenario">
<h2>${scenario.title} <small>${scenario.name}</small></h2>
<p class="about">${scenario.about}</p>
${ratioPlots(scenario)}
${scenario.cases.map((one) => caseSection(scenario.name, one))}
</section>`,
)}
</main>
${footOf(result)}`,
  });
}

function headOf({ machine, versions, measuredAt, settings, scenarios }: SuiteResult): Html {
  const facts = [
    `${minuteOf(measuredAt)} UTC`,
    `${machine.availableCpus} of ${machine.cpus} CPUs`,
    `${bytesText(machine.memoryTotalBytes)} memory`,
    ...machine.gpus,
    `Linux ${machine.kernel}`,
    `Node ${versions.node}`,
    `ONNX Runtime ${versions.onnxRuntime}`,
    `${settings.rounds} rounds of ${settings.seconds} s`,
  ];
  const commit = versions.commit === null ? '' : ` at ${versions.commit}`;
  return html`<header class="bench">
<div class="top"><h1>Understudy bench</h1><p class="who"><span>${versions.understudy}</span>${commit}</p></div>
<p class="reason">${scenarios.map(({ title }) => title).join(', ')} on ${machine.cpuModel}</p>
<p class="facts">${facts.map((fact) => html`<span>${fact}</span> `)}</p>
${settings.quick ? html`<p class="facts">A smoke run: it shows that everything works, not how fast it is.</p>` : nothing}
</header>`;
}

function footOf({ command }: SuiteResult): Html {
  return html`<footer>
<p>npm run bench -- ${command.join(' ')}</p>
<p>The load generator ran on the same machine. Percentiles are of all rounds together; ratios are within one run, whose sides take turns. Histograms are in the JSON file.</p>
</footer>`;
}
