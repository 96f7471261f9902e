import { harmless } from './report-text.ts';

/**
 * Text from a report as GitHub flavoured Markdown that shows it as it is: no markup, HTML, table cell, mention,
 * issue number, emoji or link comes of it. What has a meaning in Markdown becomes a character reference, which a table
 * leaves alone where a backslash would not do; a word joiner (U+2060, nothing to be seen) keeps GitHub from linking.
 */
export function markdownText(text: string): string {
  return harmless(text)
    .replace(/[@#](?=\w)|:(?=\/\/|[\w+-]+:)|www(?=\.)|\bGH(?=-)/gi, '$&\u2060')
    .replace(/[\\`*[\]<>&|~$!]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, reference)
    .replace(/^\s*(?:[-+#=]|\d+[.)](?=\s|$))/, (start) => start.replace(/[-+#=.)]/, reference));
}

/** The same in a typewriter face, for names. */
export function markdownCode(text: string): string {
  return `<code>${markdownText(text)}</code>`;
}

export function markdownTable(
  head: readonly string[],
  align: readonly ('left' | 'right')[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(align.map((side) => (side === 'left' ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}

function reference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
