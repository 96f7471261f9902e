import type { LatencyQuantiles, Rate, Report, VersionCost } from '../analysis/report/report.ts';
import { signed } from '../analysis/verdict/percent-text.ts';
import {
  bytes,
  count,
  harmless,
  heading,
  milliseconds,
  type Page,
  paragraphs,
  plainTable,
  share,
} from './report-table-text.ts';

const listedFlips = 4;

export function trafficLines({ traffic, rows_of_repeated_entities: repeated }: Report, page: Page): string {
  const dropped = Object.entries(traffic.dropped).filter(([, rows]) => rows > 0);
  const total = dropped.reduce((sum, [, rows]) => sum + rows, 0);
  const why = dropped.map(([reason, rows]) => `${reason.replaceAll('_', ' ')} ${count(rows)}`).join(', ');
  const parts = [
    `${count(traffic.requests)} requests with ${count(traffic.rows)} rows`,
    `${count(traffic.sampled)} sampled`,
    `${count(traffic.compared)} compared`,
    `${count(total)} dropped${why === '' ? '' : ` (${why})`}`,
    ...(repeated > 0 ? [`${count(repeated)} of entities already counted`] : []),
  ];
  return `${heading(page, 'Traffic')}\n${paragraphs(page, [parts.join(' · ')])}`;
}

/** How sure the versions are and whether rightly so; empty where they give no confidence. */
export function confidenceLines({ overall, flips, primary, shadow }: Report, page: Page): string[] {
  const { confidence, calibration, agreement } = overall;
  const lines: string[] = [];
  if (confidence !== null) {
    const { difference } = confidence;
    const interval =
      difference === null
        ? ''
        : ` (${signed(difference.estimate, 4)} [${signed(difference.lower, 4)}, ${signed(difference.upper, 4)}])`;
    lines.push(
      `mean confidence ${confidence.primary_mean.toFixed(3)} → ${confidence.shadow_mean.toFixed(3)}${interval}; PSI ${confidence.psi.toFixed(3)}, JS ${confidence.js_distance.toFixed(3)}, KS ${confidence.ks.toFixed(3)}, Wasserstein ${confidence.wasserstein.toFixed(3)}`,
    );
  }
  if (calibration !== null) {
    const { primary: lead, shadow: understudy } = calibration;
    lines.push(
      `calibration error ${lead.ece.toFixed(3)} → ${understudy.ece.toFixed(3)}, Brier ${lead.brier.toFixed(3)} → ${understudy.brier.toFixed(3)}`,
    );
  }
  if (flips !== null && flips.length > 0) {
    const named = flips
      .slice(0, listedFlips)
      .map((flip) => `${harmless(flip.primary)} → ${harmless(flip.shadow)} ${count(flip.n)}×`);
    const more = flips.length > listedFlips ? ', …' : '';
    const kappa = agreement?.kappa ?? null;
    lines.push(`flips ${named.join(', ')}${more}${kappa === null ? '' : `; Cohen's κ ${kappa.toFixed(3)}`}`);
  }
  if (lines.length === 0) return [];
  const title = heading(page, 'Confidence', harmless(`v${primary} → v${shadow}`));
  return [`${title}\n${paragraphs(page, lines)}`];
}

/** What each version fails, takes and costs. */
export function servingTable({ overall, primary, shadow }: Report, page: Page): string[] {
  const { latency_ms: latency, resources, errors } = overall;
  if (latency === null && resources === null) return [];
  const line = (
    name: string,
    rate: Rate | null,
    times: LatencyQuantiles | null,
    cost: VersionCost | null,
  ) => [
    harmless(name),
    rate === null ? '–' : share(rate.rate, 2),
    ...[times?.p50, times?.p90, times?.p99, times?.compute_p50, times?.queue_p50, cost?.cpu_ms_per_row].map(
      milliseconds,
    ),
    bytes(cost?.memory_bytes),
  ];
  const rows = [
    line(
      `v${primary} primary`,
      errors?.primary ?? null,
      latency?.primary ?? null,
      resources?.primary ?? null,
    ),
    line(`v${shadow} shadow`, errors?.shadow ?? null, latency?.shadow ?? null, resources?.shadow ?? null),
  ];
  const control = latency?.control ?? null;
  if (control !== null) rows.push(line(`v${primary} control`, null, control, resources?.control ?? null));
  const ratio = latency?.ratio ?? null;
  const against = ratio?.against === 'control' ? `v${primary} under the same conditions` : `v${primary}`;
  const aside =
    ratio === null
      ? 'milliseconds'
      : harmless(
          `milliseconds; v${shadow} takes ${ratio.estimate.toFixed(2)}× [${ratio.lower.toFixed(2)}, ${ratio.upper.toFixed(2)}] the time of ${against}`,
        );
  const head = ['version', 'errors', 'p50', 'p90', 'p99', 'compute', 'queue', 'CPU/row', 'memory'];
  const widths = [16, 7, 7, 7, 7, 7, 7, 7, 10];
  const fits = widths.map(
    (_, index) => widths.slice(0, index + 1).reduce((sum, width) => sum + width + 2, 4) <= page.width,
  );
  const fitting = <T>(cells: readonly T[]) => cells.filter((_, index) => fits[index]);
  return [
    [
      heading(page, 'Latency and cost', aside),
      plainTable({
        head: fitting(head).map(page.colors.dim),
        rows: rows.map(fitting),
        align: fitting(head.map((_, index) => (index === 0 ? ('left' as const) : ('right' as const)))),
        widths: fitting(widths),
      }),
    ].join('\n'),
  ];
}
