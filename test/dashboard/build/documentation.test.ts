import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentationPage } from '../../../dashboard/build/documentation.ts';
import { definitions, docsUrl } from '../../../dashboard/src/text/definitions.ts';

const pageOf = (name: string) =>
  documentationPage(readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8'), `${name}.md`);

describe('the documentation beside the dashboard', () => {
  it('holds every place that a definition leads to', () => {
    const pages = new Map<string, string>();
    for (const [key, { docs }] of Object.entries(definitions)) {
      const [name, anchor] = docs.split('#') as [string, string?];
      const page = pages.get(name) ?? pageOf(name);
      pages.set(name, page);
      if (anchor !== undefined) expect(page, key).toContain(`id="${anchor}"`);
    }
    expect(pages.size).toBeGreaterThan(2);
    expect(docsUrl('report#a-block')).toBe('/dashboard/docs/report.html#a-block');
  });

  it('links pages to each other, and carries text as text', () => {
    const page = documentationPage('# A & B\n\n[see](roles.md#shadows), `<b>`\n', 'decisions/a.md');
    expect(page).toContain('<title>A &amp; B · Understudy</title>');
    expect(page).toContain('href="roles.html#shadows"');
    expect(page).toContain('href="../style.css"');
    expect(page).toContain('&lt;b&gt;');
  });
});
