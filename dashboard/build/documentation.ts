import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked } from 'marked';
import type { Plugin } from 'vite';

const source = fileURLToPath(new URL('../../docs', import.meta.url));
const style = fileURLToPath(new URL('documentation.css', import.meta.url));

/** Makes pages of `docs/*.md`, so that every number of the dashboard leads to its definition without another host. */
export function documentation(): Plugin {
  return {
    name: 'documentation',
    apply: 'build',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'docs/style.css', source: await readFile(style, 'utf8') });
      for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !entry.name.endsWith('.md')) continue;
        const path = join(entry.parentPath, entry.name).slice(source.length + 1);
        const markdown = await readFile(join(source, path), 'utf8');
        const fileName = `docs/${path.replace(/\.md$/, '.html')}`;
        this.emitFile({ type: 'asset', fileName, source: documentationPage(markdown, path) });
      }
    },
  };
}

/** One page, with the anchors that GitHub would give its headings. */
export function documentationPage(markdown: string, path: string): string {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? path;
  const up = '../'.repeat(path.split('/').length - 1);
  const marked = new Marked({
    async: false,
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(linkOf(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
    },
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Understudy</title>
<link rel="icon" href="${up}../icon.svg">
<link rel="stylesheet" href="${up}style.css">
</head>
<body>
<nav><a href="/">Dashboard</a></nav>
<main>
${marked.parse(markdown)}
</main>
</body>
</html>
`;
}

/** Pages link to each other; what lies outside of docs/ is not here. */
function linkOf(href: string): string {
  return /^(?:https?:|#|\.\.\/\.\.\/)/.test(href) ? href : href.replace(/\.md(?=#|$)/, '.html');
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
