import { extname } from 'node:path';
import type { LabelNext } from '../analysis/labels/label-next.ts';
import { csvWorksheet, jsonLinesWorksheet } from '../presentation/label-worksheet.ts';
import { labelNextTable } from './label-next-table.ts';
import { ask, modelOf, type ServerFlags } from './server-client.ts';
import { terminal } from './terminal.ts';
import { writeResult } from './write-result.ts';

export const worksheetFormats = ['table', 'csv', 'jsonl'] as const;

export interface WorksheetFlags {
  readonly shadow?: string;
  readonly limit?: number;
  readonly format?: (typeof worksheetFormats)[number];
  readonly output?: string;
}

/** Asks the server which rows to label next, and prints them or writes a worksheet. */
export async function nextLabels(
  flags: ServerFlags & WorksheetFlags & { readonly json?: boolean },
): Promise<void> {
  const url = new URL(`/v2/models/${encodeURIComponent(await modelOf(flags))}/label-next`, flags.url);
  if (flags.shadow !== undefined) url.searchParams.set('shadow', flags.shadow);
  if (flags.limit !== undefined) url.searchParams.set('limit', String(flags.limit));
  const answer = (await ask(url.href)) as LabelNext;
  await writeResult(
    flags.json ? `${JSON.stringify(answer, null, 2)}\n` : textOf(answer, flags),
    flags.output,
  );
}

function textOf(answer: LabelNext, { format, output }: WorksheetFlags): string {
  const ending = output === undefined ? '' : extname(output).toLowerCase();
  const meant = format ?? (ending === '.csv' ? 'csv' : ending === '.jsonl' ? 'jsonl' : 'table');
  if (meant === 'csv') return csvWorksheet(answer.rows);
  if (meant === 'jsonl') return jsonLinesWorksheet(answer.rows);
  return labelNextTable(answer, terminal(output));
}
