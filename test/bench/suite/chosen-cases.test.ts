import { describe, expect, it } from 'vitest';
import { chosenCases } from '../../../bench/suite/chosen-cases.ts';
import { suiteCommand } from '../../../bench/suite/flags.ts';
import { scenarios } from '../../../bench/suite/scenario-list.ts';
import { listText } from '../../../bench/suite/suite-text.ts';

async function chosen(line: string): Promise<string[]> {
  let names: string[] = [];
  await suiteCommand(async ({ settings, only }) => {
    names = (await chosenCases(scenarios, settings, only)).flatMap(({ scenario, cases }) =>
      cases.map(({ name }) => `${scenario.name}/${name}`),
    );
  }).parseAsync(line.split(' ').filter(Boolean), { from: 'user' });
  return names;
}

describe('--only', () => {
  it('names scenarios and cases, by their beginning or as a glob', async () => {
    expect(await chosen('--only ceilings/mlp')).toEqual([
      'ceilings/mlp-json',
      'ceilings/mlp-64-rows-binary',
      'ceilings/mlp-64-rows-json',
    ]);
    expect(await chosen('--only shadow/heavy')).toEqual(['shadow/heavy']);
    expect(await chosen('--only shadow/*hung,scaling/soak')).toEqual([
      'shadow/hung',
      'shadow/process-hung',
      'scaling/soak',
    ]);
    expect((await chosen('--only scal')).every((name) => name.startsWith('scaling/'))).toBe(true);
  });

  it('left out is everything; in a smoke run what is quick, and what is named', async () => {
    const all = await chosen('');
    const quick = await chosen('--quick');
    expect(new Set(all.map((name) => name.split('/')[0]))).toEqual(
      new Set(scenarios.map(({ name }) => name)),
    );
    expect(new Set(quick.map((name) => name.split('/')[0]))).toEqual(
      new Set(scenarios.map(({ name }) => name)),
    );
    expect(quick.length).toBeLessThan(all.length);
    expect(quick).not.toContain('shadow/saturated');
    expect(await chosen('--quick --only shadow/saturated')).toEqual(['shadow/saturated']);
  });

  it('that names nothing is refused with what there is', async () => {
    await expect(chosen('--only nobody')).rejects.toThrow(
      /^--only names nobody; there are ceilings, .*scaling/,
    );
    await expect(chosen('--only ceilings,shadow/nope')).rejects.toThrow(
      /--only names shadow\/nope; there are .*shadow\/hung/,
    );
  });
});

describe('--list', () => {
  it('says what each case measures and what is wanted of it', async () => {
    let text = '';
    await suiteCommand(async ({ settings, only }) => {
      text = listText(await chosenCases(scenarios, settings, only));
    }).parseAsync(['--only', 'ceilings'], { from: 'user' });
    expect(text).toContain('ceilings/mlp-json');
    expect(text).toContain('Wanted: throughput of understudy ≥ 0.80 × fastify echo.');
  });
});
