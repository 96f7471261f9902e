import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { perfCommand } from '../../../bench/perf/flags.ts';

const page = readFileSync(new URL('../../../docs/benchmarking.md', import.meta.url), 'utf8');

describe('the page on benchmarking', () => {
  it('names every flag with its default, and no other', () => {
    const rows = [...page.matchAll(/^\| `(-.+?)` \| (.*?) \|/gm)];
    const { options } = perfCommand(async () => {});
    expect(rows.map(([, flags]) => flags!.replace(/ [A-Z:,…]+$/, ''))).toEqual(
      options.map(({ flags }) => flags.replace(/ <.*>$/, '')),
    );
    for (const [i, { long, defaultValue }] of options.entries()) {
      if (defaultValue === undefined || defaultValue instanceof Map) continue;
      expect(`${long}: ${rows[i]![2]}`).toBe(`${long}: \`${defaultValue}\``);
    }
  });
});
