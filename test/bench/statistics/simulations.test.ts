import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../bench/statistics/outcome.ts';
import type { Finding } from '../../../bench/statistics/simulation.ts';
import { simulations } from '../../../bench/statistics/simulations.ts';

/** Few enough to be quick: they keep the simulations alive, figures come from `npm run bench:statistics`. */
const fewRuns = 4;

function shareOf({ seen }: Finding): number {
  return typeof seen === 'string' ? Number.NaN : seen.count / seen.of;
}

describe('in a few runs of each simulation', async () => {
  const findings = new Map<string, readonly Finding[]>();
  for (const { name, simulate } of simulations) findings.set(name, await simulate(fewRuns, 1));
  const find = (name: string, what: string): Finding => {
    const found = findings.get(name)?.find((finding) => finding.what.includes(what));
    if (found === undefined) throw new Error(`${name} has no finding about ${what}`);
    return found;
  };

  it.each(simulations)('$name: no promise is missed', ({ name }) => {
    const promised = findings.get(name)?.filter(({ wanted }) => wanted !== null) ?? [];
    expect(promised.length).toBeGreaterThan(0);
    expect(promised.filter((finding) => outcomeOf(finding) === 'miss')).toEqual([]);
  });

  it('tests made for one look cry wolf among 40 segments, ours do not', () => {
    expect(shareOf(find('false-alarms', 'McNemar p < .05 in each'))).toBe(1);
    expect(shareOf(find('false-alarms', 'any of 40 segments regressed'))).toBe(0);
  });

  it('the masked regression is found each time', () => {
    expect(shareOf(find('masked-regression', '36,671 rows'))).toBe(1);
    expect(shareOf(find('masked-regression', 'whole report'))).toBe(1);
  });
});

it('the same seed gives the same findings, another one others', async () => {
  const detection = simulations.find(({ name }) => name === 'time-to-detection')!;
  const first = await detection.simulate(3, 1);
  expect(await detection.simulate(3, 1)).toEqual(first);
  expect(await detection.simulate(3, 2)).not.toEqual(first);
});
