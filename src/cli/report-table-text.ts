import Table from 'cli-table3';
import pc from 'picocolors';

export { bytes, count, harmless, milliseconds, minuteOf, share } from '../presentation/report-text.ts';

/** How a report is put on a terminal. */
export interface Page {
  /** Columns of the terminal; nothing is wider. */
  readonly width: number;
  readonly colors: ReturnType<typeof pc.createColors>;
}

export function pageOf(options: { readonly color: boolean; readonly width: number }): Page {
  return { width: Math.max(60, options.width), colors: pc.createColors(options.color) };
}

const noLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

/** A table without lines, each cell followed by two blanks, indented by two. */
export function plainTable(options: {
  readonly head?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly align?: readonly ('left' | 'right')[];
  /** Fixed widths, without the blanks between; null for as wide as needed. Text too long for its column ends in `…`. */
  readonly widths?: readonly (number | null)[];
  readonly wrap?: boolean;
}): string {
  const table = new Table({
    head: [...(options.head ?? [])],
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
    colAligns: [...(options.align ?? [])],
    ...(options.widths && { colWidths: options.widths.map((width) => (width === null ? null : width + 2)) }),
    wordWrap: options.wrap ?? false,
  });
  table.push(...options.rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

/** Paragraphs, each wrapped, beginning with the mark where one is given. */
export function paragraphs(page: Page, texts: readonly string[], mark = ''): string {
  return plainTable({
    rows: texts.map((text) => (mark === '' ? [text] : [mark, text])),
    widths: mark === '' ? [page.width - 4] : [mark.length, page.width - mark.length - 6],
    wrap: true,
  });
}

/** The text, with `…` where it is longer than `width`. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** A section's title, and beside it what fits. */
export function heading(page: Page, title: string, aside = ''): string {
  const beside = cut(aside, page.width - title.length - 2);
  return `${page.colors.bold(title)}${beside === '' ? '' : page.colors.dim(`  ${beside}`)}`;
}
