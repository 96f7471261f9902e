import type { InterferenceReport, Report, VersionCost } from '../analysis/report/report.ts';
import { signed } from '../analysis/verdict/percent-text.ts';
import { bytes, harmless, heading, milliseconds, type Page, paragraphs, share } from './report-table-text.ts';

/** What the shadow costs beside the primary's version, and the server beside both. */
export function costLines(
  { overall: { resources }, interference, primary, shadow }: Report,
  page: Page,
): string[] {
  const lines: string[] = [];
  const understudy = resources?.shadow ?? null;
  const fair = (resources?.control?.cpu_ms_per_row ?? null) !== null;
  // The control runs under the same conditions; the primary encodes answers, too, and is interrupted by nobody.
  const lead = (fair ? resources?.control : resources?.primary) ?? null;
  if (lead !== null && understudy !== null) lines.push(...beside(lead, understudy));
  const total = resources?.process ?? null;
  if (resources?.server_components) {
    const parts = resources.server_components.map(
      ({ component, cpu_seconds }) => `${component} ${seconds(cpu_seconds)}`,
    );
    lines.push(
      `CPU of the server itself: ${parts.join(', ')}${total ? ` of ${seconds(total.cpu_seconds)} in all` : ''}`,
    );
  }
  if (interference !== null) lines.push(...slowdown(primary, interference));
  if (lines.length === 0) return [];
  const against = fair ? `v${primary} under the same conditions` : `v${primary}`;
  return [
    `${heading(page, 'Cost', harmless(`v${shadow} beside ${against}, since loaded`))}\n${paragraphs(page, lines.map(harmless))}`,
  ];
}

/** What is measured, and whatever keeps it from being measured or the shadows from their sample. */
function slowdown(primary: string, interference: InterferenceReport): string[] {
  const { state, estimate, lower, upper, budget, p99_ms: p99, effective_sample: sample } = interference;
  const points = (value: number) => `${signed(value * 100, 1)}%`;
  const left = sample < 1 ? `only ${share(sample, 1)} of what should be sampled is` : null;
  if (estimate !== null && lower !== null && upper !== null && budget !== null) {
    const tail =
      p99 &&
      `p99 ${milliseconds(p99.with_shadows)} ms with them, ${milliseconds(p99.without_shadows)} ms without`;
    return [
      [
        `shadows slow v${primary} by ${points(estimate)} [${points(lower)}, ${points(upper)}], budget ${share(budget, 1)}`,
        ...[tail, left].filter((part) => part !== null),
      ].join('; '),
    ];
  }
  const why =
    state === 'blind'
      ? `how much shadows slow v${primary} is not known: they still run when they have been paused`
      : state === 'failed'
        ? `how much shadows slow v${primary} is not known: the governor has failed, see the log`
        : null;
  const parts = [why, left].filter((part) => part !== null);
  return parts.length === 0 ? [] : [parts.join('; ')];
}

function beside(lead: VersionCost, understudy: VersionCost): string[] {
  const cpu = compared(
    lead.cpu_ms_per_row,
    understudy.cpu_ms_per_row,
    (value) => `${milliseconds(value)} ms`,
  );
  // Without it the ratio would mislead: a row costs less the more of them share a run.
  const runs =
    lead.rows_per_run === null || understudy.rows_per_run === null
      ? null
      : `${lead.rows_per_run.toFixed(1)} and ${understudy.rows_per_run.toFixed(1)}`;
  const price = understudy.cost_per_1000;
  const money =
    price && lead.cost_per_1000?.currency === price.currency
      ? compared(lead.cost_per_1000.amount, price.amount, (value) => `${amount(value)} ${price.currency}`)
      : null;
  const gpu = [
    compared(lead.gpu_utilization, understudy.gpu_utilization, (value) => share(value)),
    compared(lead.gpu_memory_bytes, understudy.gpu_memory_bytes, bytes),
    compared(lead.gpu_power_watts, understudy.gpu_power_watts, (value) => `${value.toFixed(1)} W`),
  ].filter((part) => part !== null);
  const memory = compared(lead.memory_bytes, understudy.memory_bytes, bytes);
  return [
    ...(cpu === null ? [] : [`CPU per row ${cpu}${runs === null ? '' : `, at ${runs} rows a run`}`]),
    ...(money === null ? [] : [`1,000 predictions ${money}`]),
    ...(memory === null ? [] : [`memory ${memory}`]),
    ...(gpu.length === 0 ? [] : [`GPU ${gpu.join('; ')}`]),
  ];
}

/** `0.30 ms → 0.93 ms (3.1×)` */
function compared(
  lead: number | null,
  understudy: number | null,
  text: (value: number) => string,
): string | null {
  if (lead === null || understudy === null) return null;
  const ratio = lead > 0 ? ` (${(understudy / lead).toFixed(2)}×)` : '';
  return `${text(lead)} → ${text(understudy)}${ratio}`;
}

/** Three digits that count, however small. */
function amount(value: number): string {
  return value === 0 ? '0' : value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

function seconds(value: number): string {
  return `${value.toFixed(value >= 100 ? 0 : 1)} s`;
}
