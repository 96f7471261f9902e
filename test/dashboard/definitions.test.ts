import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { definitions } from '../../dashboard/src/text/definitions.ts';

/** Headings of a page of documentation as the anchors of its links: words in lower case, joined by hyphens. */
async function anchorsOf(page: string): Promise<string[]> {
  const text = await readFile(new URL(`../../docs/${page}.md`, import.meta.url), 'utf8');
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

it.each(Object.entries(definitions))(
  '“%s” leads to a page that is there, and a heading in it',
  async (_, of) => {
    const [page, anchor] = of.docs.split('#');
    const anchors = await anchorsOf(page!);
    if (anchor !== undefined) expect(anchors).toContain(anchor);
    expect(of.sentence).toMatch(/^[A-Z].*\.$/s);
  },
);
