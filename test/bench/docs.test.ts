import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { perfCommand } from '../../bench/perf/flags.ts';
import { suiteCommand } from '../../bench/suite/flags.ts';
import { scenarios } from '../../bench/suite/scenario-list.ts';

const page = readFileSync(new URL('../../docs/benchmarking.md', import.meta.url), 'utf8');
const [suite, perf] = page.split('\n## A running server\n') as [string, string];

/** Flags in the tables of a part of the page must be these options, in this order, with their defaults. */
function expectFlags(part: string, options: Command['options']): void {
  const rows = [...part.matchAll(/^\| `(-.+?)` \| (.*?) \|/gm)];
  expect(rows.map(([, flags]) => flags!.replace(/ [A-Z:,…]+$/, ''))).toEqual(
    options.map(({ flags }) => flags.replace(/ <.*>$/, '')),
  );
  for (const [i, { long, defaultValue }] of options.entries()) {
    if (defaultValue === undefined || defaultValue instanceof Map) continue;
    expect(`${long}: ${rows[i]![2]}`).toBe(`${long}: \`${defaultValue}\``);
  }
}

describe('the page on benchmarking', () => {
  it('names every flag of bench:perf with its default, and no other', () => {
    expectFlags(perf, perfCommand(async () => {}).options);
  });

  it('names every flag of the suite beside those of sweeps', () => {
    const command = suiteCommand(async () => {});
    const sweeps = perfCommand(async () => {}).options.map(({ long }) => long);
    const own = command.options.filter(
      ({ long }) => !sweeps.includes(long) || /--(json|compare)/.test(long!),
    );
    expectFlags(suite, own);
  });

  it('names every scenario', () => {
    for (const { name } of scenarios) expect(suite).toContain(`| \`${name}\` |`);
  });
});
