import type { LabelCandidate } from '../analysis/labels/label-next.ts';
import { spreadsheetText } from '../log/spreadsheet-text.ts';
import { worksheetColumns } from '../log/worksheet-columns.ts';

/**
 * A file of labels yet to be given: `label` is empty, and beside it stands what helps a person to find the truth. What the
 * two versions said is left out on purpose: who knows it is led by it.
 *
 * CSV is `id,row,label` and the context, every cell quoted; with a byte order mark, without which Excel takes UTF-8 for Latin-1.
 */
export function csvWorksheet(candidates: readonly LabelCandidate[]): string {
  const rows = candidates.map((candidate) => {
    const context = contextOf(candidate);
    const segments = Object.entries(candidate.segments).map(([column, value]) => `${column}=${value}`);
    return [
      spreadsheetText(candidate.request_id),
      ...[String(candidate.row), '', context.event_time],
      ...[segments.join(', '), context.features ?? '', context.why].map(spreadsheetText),
    ].map(cell);
  });
  const head = ['id', 'row', 'label', ...worksheetColumns].map(cell);
  return `\ufeff${[head, ...rows].map((cells) => cells.join(',')).join('\n')}\n`;
}

/** The same as one object a line: `{"id", "row", "label": null, "context": {…}}`. */
export function jsonLinesWorksheet(candidates: readonly LabelCandidate[]): string {
  return candidates
    .map((candidate) => {
      const { request_id: id, row, segments } = candidate;
      return `${JSON.stringify({ id, row, label: null, context: { ...contextOf(candidate), segments } })}\n`;
    })
    .join('');
}

function contextOf({ timestamp, features, why }: LabelCandidate) {
  return { event_time: timestamp, features, why };
}

function cell(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
