import type { CandidateSide, LabelCandidate, LabelNext } from '../analysis/labels/label-next.ts';
import { count, harmless, heading, minuteOf, pageOf, plainTable } from './report-table-text.ts';

/** Rows to label for people, the most telling first. Ends in a newline. */
export function labelNextTable(
  { model, primary, shadow, unlabelled, young, rows }: LabelNext,
  options: { readonly color: boolean; readonly width: number },
): string {
  const page = pageOf(options);
  const aside = harmless(
    `${model}  v${primary} → v${shadow}: ${count(rows.length)} of ${count(unlabelled)} disagreements without a label${young > 0 ? `, and ${count(young)} too young to count` : ''}`,
  );
  if (rows.length === 0) return `${heading(page, 'Label next', aside)}\n`;
  const several = rows.some(({ row }) => row > 0);
  const idWidth = Math.min(28, Math.max(...rows.map((candidate) => nameOf(candidate, several).length)));
  const saidWidth = 16;
  return `${[
    heading(page, 'Label next', aside),
    plainTable({
      head: ['id', 'when, UTC', `v${primary} → v${shadow}`, 'why'].map((text) =>
        page.colors.dim(harmless(text)),
      ),
      rows: rows.map((candidate) => [
        harmless(nameOf(candidate, several)),
        minuteOf(candidate.timestamp),
        harmless(`${said(candidate.primary)} → ${said(candidate.shadow)}`),
        harmless(candidate.why),
      ]),
      widths: [idWidth, 16, saidWidth, Math.max(16, page.width - idWidth - saidWidth - 28)],
      wrap: true,
    }),
  ].join('\n')}\n`;
}

function nameOf({ request_id, row }: LabelCandidate, several: boolean): string {
  return several ? `${request_id} [${row}]` : request_id;
}

function said({ label, value }: CandidateSide): string {
  return label ?? value?.toPrecision(4) ?? '–';
}
