import { describe, expect, it } from 'vitest';
import { slicesIn } from '../../../src/analysis/slices/slices-in-rows.ts';
import { logLossAlarm } from '../../../src/analysis/statistics/loss-alarm.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { type SimulatedPair, simulatedColumns, sliceRowsOf } from '../../support/simulated-slice-rows.ts';

const request = reportRequest();

/** Pairs with independent, uniform values; `lossRate` says how often the shadow loses, against 3% of gains. */
function pairsOf(
  count: number,
  valueCounts: readonly number[],
  seed: number,
  lossRate: (values: readonly string[], index: number) => number = () => 0.03,
): SimulatedPair[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const values = valueCounts.map((of) => String(Math.floor(random() * of)));
    const turn = random();
    const losing = lossRate(values, index);
    return { values, outcome: turn < losing ? 'loss' : turn < losing + 0.03 ? 'gain' : 'draw' };
  });
}

const textOf = ({ conditions }: { conditions: readonly { column: string; value: string }[] }) =>
  conditions.map(({ column, value }) => `${column}=${value}`).join(' ');

const four = [3, 3, 3, 3];
const planted = (values: readonly string[]) => values[0] === '1' && values[1] === '2' && values[3] === '0';

describe('a planted conjunction of three conditions', () => {
  const pairs = pairsOf(30_000, four, 5, (values) => (planted(values) ? 0.3 : 0.02));
  const { slices, checkpoints } = slicesIn(sliceRowsOf(pairs), simulatedColumns(four), request);

  it('is found, and confirmed on the rows after it was found only', () => {
    const [worst] = slices;
    expect(worst).toMatchObject({ discovery: true, judgement: { status: 'regressed' } });
    const exact = slices.find((slice) => textOf(slice) === 'a=1 b=2 d=0');
    expect(exact?.judgement.status).toBe('regressed');
    expect(exact?.judgement.difference?.estimate).toBeCloseTo(-0.27, 1);
    const later = pairs.slice(exact!.found.pairs).filter(({ values }) => planted(values));
    expect(exact?.counts.pairs).toMatchObject({
      n: later.length,
      losses: later.filter(({ outcome }) => outcome === 'loss').length,
      gains: later.filter(({ outcome }) => outcome === 'gain').length,
    });
    expect(exact?.found.n).toBe(
      pairs.slice(0, exact!.found.pairs).filter(({ values }) => planted(values)).length,
    );
  });

  it('splits the rows at doublings', () => {
    expect(checkpoints.map(({ pairs: reached }) => reached)).toEqual([2000, 4000, 8000, 16_000]);
    expect(checkpoints[0]?.atMs).toBe(2000 * 60_000);
  });

  it('needs no more columns to be named than it has', () => {
    const regressed = slices.filter(({ judgement }) => judgement.status === 'regressed').map(textOf);
    expect(regressed.every((text) => !text.includes('c='))).toBe(true);
  });
});

it('a conjunction that was bad only before the checkpoint is found and not confirmed', () => {
  const pairs = pairsOf(20_000, four, 6, (values, index) => (planted(values) && index < 2000 ? 0.5 : 0.02));
  const { slices } = slicesIn(sliceRowsOf(pairs), simulatedColumns(four), request);
  const found = slices.find((slice) => textOf(slice) === 'a=1 b=2 d=0');
  expect(found?.found).toMatchObject({ pairs: 2000 });
  expect(found?.found.lift).toBeGreaterThan(4);
  expect(found?.judgement.logEValue).toBeLessThan(0);
  expect(slices.map(({ judgement }) => judgement.status)).not.toContain('regressed');
});

it('what later rows say changes neither what was found nor when', () => {
  const pairs = pairsOf(3900, four, 7, (values) => (planted(values) ? 0.3 : 0.02));
  const turned = pairs.map(
    (pair, index): SimulatedPair =>
      index < 2000 || pair.outcome === 'draw'
        ? pair
        : { ...pair, outcome: pair.outcome === 'gain' ? 'loss' : 'gain' },
  );
  const found = (of: readonly SimulatedPair[]) =>
    slicesIn(sliceRowsOf(of), simulatedColumns(four), request)
      .slices.map((slice) => JSON.stringify([slice.conditions, slice.found]))
      .toSorted();
  expect(found(pairs).length).toBeGreaterThan(0);
  expect(found(turned)).toEqual(found(pairs));
});

it('a slice keeps its first checkpoint when more rows come', () => {
  const pairs = pairsOf(16_500, four, 8, (values) => (planted(values) ? 0.3 : 0.02));
  const foundIn = (count: number) =>
    new Map(
      slicesIn(sliceRowsOf(pairs.slice(0, count)), simulatedColumns(four), request).slices.map((slice) => [
        textOf(slice),
        slice.found,
      ]),
    );
  const early = foundIn(5000);
  const late = foundIn(16_500);
  expect(early.size).toBeGreaterThan(0);
  for (const [slice, found] of early) expect(late.get(slice)).toEqual(found);
});

describe('traffic in which no slice is worse, over many columns and looks', () => {
  const columns = [4, 4, 4, 4, 4];
  const searched = simulatedColumns(columns);
  const runs = Array.from({ length: 20 }, (_, run) => {
    const pairs = pairsOf(9000, columns, 1000 + run);
    const looks = [2050, 3000, 5000, 9000].map((look) => ({
      pairs: pairs.slice(0, look),
      ...slicesIn(sliceRowsOf(pairs.slice(0, look)), searched, request),
    }));
    return looks.map((look) => ({
      listed: look.slices.some(({ discovery }) => discovery),
      // What the alarm would say of the very rows that the slices were found in.
      own: Math.max(
        ...look.slices.map(({ conditions }) => {
          const inside = look.pairs.filter(({ values }) =>
            conditions.every(({ column, value }) => values['abcde'.indexOf(column)] === value),
          );
          const count = (outcome: SimulatedPair['outcome']) =>
            inside.filter((pair) => pair.outcome === outcome).length;
          return Math.exp(logLossAlarm(count('loss'), count('gain')));
        }),
      ),
    }));
  });

  it('raises no alarm', () => {
    expect(runs.flat().filter(({ listed }) => listed)).toEqual([]);
  });

  it('would if the rows that chose a slice also tested it', () => {
    const alarmed = runs.filter((looks) => looks.some(({ own }) => own >= 1 / 0.05));
    expect(alarmed.length).toBeGreaterThan(2);
  });
});
