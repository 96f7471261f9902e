import type { LaneReport, Report } from '../analysis/report/report.ts';
import { harmless, heading, minuteOf, type Page, paragraphs } from './report-table-text.ts';

/** Only what is not as it should be: lanes that do not run, workers that were replaced, providers that differ. */
export function laneLines({ lanes }: Report, page: Page): string[] {
  const lines = lanes.flatMap((lane) => {
    const name = `v${lane.version} ${lane.role}`;
    return [
      ...(lane.state === 'running'
        ? []
        : [`${name} is ${lane.state.replaceAll('_', ' ')}${sinceWhen(lane)}`]),
      ...(lane.restarts === 0 ? [] : [`${name}: ${lane.restarts}× a worker was replaced`]),
    ];
  });
  const providers = new Set(lanes.map((lane) => lane.execution_provider));
  if (providers.size > 1) {
    const where = lanes.map((lane) => `v${lane.version} ${lane.role} on ${lane.execution_provider}`);
    const why = [...new Set(lanes.flatMap((lane) => lane.provider_remarks))];
    lines.push(
      `not on the same execution provider, so their times do not compare: ${where.join(', ')}`,
      ...why,
    );
  }
  if (lines.length === 0) return [];
  return [`${heading(page, 'Lanes')}\n${paragraphs(page, lines.map(harmless), '•')}`];
}

function sinceWhen({ since, reason }: LaneReport): string {
  return `${since === null ? '' : ` since ${minuteOf(since)} UTC`}${reason === null ? '' : `: ${reason}`}`;
}
