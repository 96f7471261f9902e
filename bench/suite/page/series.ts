import { type Html, html } from '../../../src/presentation/html-text.ts';

/** As many as the style sheet has; then they come again. */
const colors = 8;

export function seriesColor(index: number): string {
  return `var(--s${index % colors})`;
}

/** Names beside their colours, in the order of the series. */
export function seriesKeys(names: readonly string[]): Html {
  return html`<p class="keys">${names.map((name, i) => html`<span class="key s${i % colors}">${name}</span> `)}</p>`;
}
