import { createHash } from 'node:crypto';
import { htmlStyle } from './html-style.ts';
import { Html, html } from './html-text.ts';

export interface PageContent {
  readonly title: string;
  readonly body: Html;
  /** The style sheet; that of reports where none is given. */
  readonly style?: string;
}

/**
 * A whole HTML document that loads nothing and runs nothing: its policy allows one style sheet, by its hash. Without
 * `unsafe-inline` no style attribute works either, so markup that slipped in could not even move anything.
 */
export function htmlPage({ title, body, style = htmlStyle }: PageContent): string {
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.markup;
}
