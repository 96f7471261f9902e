import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));
const servingPath = ['http', 'grpc', 'serving', 'tracing', 'protocol', 'inference'];
const shadowConcerns = ['shadow', 'comparison', 'log', 'analysis', 'presentation', 'live'];

async function importsOf(): Promise<{ file: string; folder: string; imported: string }[]> {
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const found = [];
  for (const file of files) {
    const text = await readFile(join(source, file), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?['"](\.[^'"]+)['"]/g)) {
      const imported = relative(source, normalize(join(source, dirname(file), specifier!)));
      found.push({ file, folder: file.split('/')[0]!, imported });
    }
  }
  return found;
}

describe('the walls of the house', () => {
  it('keep the serving path free of shadow concerns', async () => {
    const trespasses = (await importsOf())
      .filter(({ folder }) => servingPath.includes(folder))
      .filter(({ imported }) => shadowConcerns.includes(imported.split('/')[0]!));
    expect(trespasses).toEqual([]);
  });

  it('let nothing but the composition root import the composition root', async () => {
    const importers = (await importsOf()).filter(({ imported }) => imported === 'server.ts');
    expect(importers.every(({ folder }) => folder === 'cli')).toBe(true);
    expect(importers.length).toBeGreaterThan(0);
  });
});
