import { harmless } from './report-text.ts';

/** Markup that was written here, or made from text by escaping it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type HtmlPart = Html | string | number | readonly HtmlPart[];

/** A template whose values are text unless they are markup themselves: what comes from a report is always escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((markup, index) => markup + markupOf(parts[index] ?? '')).join(''));
}

export const nothing = new Html('');

function markupOf(part: HtmlPart): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return part.map(markupOf).join('');
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return harmless(text).replace(/[&<>"']/g, (character) => references[character] ?? character);
}
