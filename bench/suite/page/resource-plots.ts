import { areaY, axisX, axisY, dot, gridY, line } from '@observablehq/plot';
import { type Html, html, nothing } from '../../../src/presentation/html-text.ts';
import { ink, svgPlot } from '../../../src/presentation/svg-plot.ts';
import type { Resources, RoleUse } from '../suite-result.ts';
import { seriesColor, seriesKeys } from './series.ts';
import { shortNumber } from './ticks.ts';

const mebibyte = 1024 * 1024;
/** Below this no line of a role is seen. */
const leastCpuPercent = 1;

interface Drawn {
  readonly role: string;
  readonly seconds: number;
  readonly value: number;
}

/** CPU, memory and, where there is one, GPU over time, a line for each role; nothing of fewer than two samples. */
export function resourcePlots({ subject, samples }: Resources): Html {
  if (samples.length < 2) return nothing;
  const drawn = (of: (use: RoleUse) => number | null): Drawn[] =>
    samples.flatMap(({ seconds, roles }) =>
      roles.flatMap((use) => {
        const value = of(use);
        return value === null ? [] : [{ role: use.role, seconds, value }];
      }),
    );
  const cpu = drawn(({ cpuPercent }) => cpuPercent);
  const busy = new Set(cpu.filter(({ value }) => value >= leastCpuPercent).map(({ role }) => role));
  return html`<h4>${subject}</h4><div class="figures">
${figure(
  'CPU',
  '% of a core',
  cpu.filter(({ role }) => busy.has(role)),
)}
${figure(
  'Memory',
  'MiB',
  drawn(({ memoryBytes }) => memoryBytes && memoryBytes / mebibyte),
)}
${figure(
  'GPU',
  '%',
  drawn(({ gpuPercent }) => gpuPercent),
)}
${figure(
  'Memory of the GPU',
  'MiB',
  drawn(({ gpuMemoryBytes }) => gpuMemoryBytes && gpuMemoryBytes / mebibyte),
)}
</div>`;
}

function figure(what: string, unit: string, drawn: readonly Drawn[]): Html {
  if (drawn.length === 0) return nothing;
  const roles = [...new Set(drawn.map(({ role }) => role))];
  const most = Math.max(...drawn.map(({ value }) => value));
  const lastOf = (role: string): number => drawn.filter((one) => one.role === role).at(-1)!.value;
  const sentences = roles.map((role) => `${role}: ${shortNumber(lastOf(role))} at the end.`);
  return html`<figure><figcaption>${what} <span class="unit">${unit}, by seconds</span></figcaption>
${svgPlot(`${what} in ${unit} over time. ${sentences.join(' ')}`, {
  ...{ width: 460, height: 190, marginLeft: 44, marginRight: 18, marginTop: 10, marginBottom: 24 },
  y: { domain: [0, most * 1.08 || 1] },
  marks: [
    gridY({ ticks: 4, stroke: ink.line, strokeOpacity: 1 }),
    axisX({ ticks: 6, tickSize: 4, label: null }),
    axisY({ ticks: 4, tickSize: 0, label: null, tickFormat: shortNumber }),
    ...roles.flatMap((role, i) => {
      const own = drawn.filter((one) => one.role === role);
      const place = { x: 'seconds', y: 'value' };
      return [
        ...(role === 'process' ? [areaY(own, { ...place, fill: seriesColor(i), fillOpacity: 0.08 })] : []),
        line(own, { ...place, stroke: seriesColor(i), strokeWidth: 2 }),
        ...(own.length <= 12 ? [dot(own, { ...place, r: 2.5, fill: seriesColor(i) })] : []),
      ];
    }),
  ],
})}
${seriesKeys(roles)}</figure>`;
}
