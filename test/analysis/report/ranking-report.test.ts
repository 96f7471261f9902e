import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import { renderReport } from '../../../src/cli/report-table.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { maskedRegression, trafficOfRows } from '../../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';

const modest = { ...reportRequest().readiness, samplesPerSegment: 500 };
const request = reportRequest({ task: 'ranking', k: 2, declaredColumns: ['country'], readiness: modest });

/** Chances of a pair: only the shadow has the relevant item, only the primary has it; else both do or neither does. */
type Chances = Readonly<Record<string, { readonly gain: number; readonly loss: number }>>;

/** Two items each. Where the versions are equal in hits, half of the lists still differ in the other item. */
function rankings(chances: Chances, count = 10_000): SimulatedRow[] {
  const random = seededRandom(21);
  const names = Object.keys(chances);
  return Array.from({ length: count }, (_, index) => {
    const country = names[index % names.length]!;
    const { gain, loss } = chances[country]!;
    const turn = random();
    const other = random() < 0.5 ? 'b' : 'c';
    const [primary, shadow] =
      turn < gain
        ? [
            ['b', 'c'],
            ['hit', 'c'],
          ]
        : turn < gain + loss
          ? [
              ['hit', 'b'],
              ['b', 'c'],
            ]
          : turn < 0.8
            ? [
                ['hit', 'b'],
                [other, 'hit'],
              ]
            : [
                ['b', 'x'],
                [other, 'x'],
              ];
    const overlap = shadow.filter((item) => primary.includes(item)).length / 2;
    return {
      requestId: `r${index}`,
      timestampMs: maskedRegression.startMs + Math.floor((index * 8 * 86_400_000) / count),
      segments: { country, channel: 'app' },
      primary: { items: primary },
      shadow: { items: shadow },
      overlap,
      truth: 'hit',
    };
  });
}

async function reportOf(rows: readonly SimulatedRow[], asked = request) {
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  return await buildReport(log, asked);
}

const has = (items: readonly string[] | undefined) => items!.includes('hit');

describe('a ranking with labels', async () => {
  const rows = rankings({
    DE: { gain: 0.05, loss: 0.01 },
    FR: { gain: 0.05, loss: 0.01 },
    IT: { gain: 0.05, loss: 0.01 },
    BR: { gain: 0.02, loss: 0.12 },
  });
  const report = await reportOf(rows);

  it('is judged by hits among the first k, pair by pair', () => {
    const gains = rows.filter(({ primary, shadow }) => !has(primary.items) && has(shadow.items)).length;
    const losses = rows.filter(({ primary, shadow }) => has(primary.items) && !has(shadow.items)).length;
    const n = rows.length;
    expect(report.overall.accuracy).toMatchObject({ n, labelled: n, gains, losses, unlabelled: 0 });
    const share = (side: 'primary' | 'shadow') => rows.filter((row) => has(row[side].items)).length / n;
    expect(report.overall.accuracy?.primary).toBeCloseTo(share('primary'), 12);
    expect(report.overall.accuracy?.shadow).toBeCloseTo(share('shadow'), 12);
    expect(report.overall.accuracy?.difference?.estimate).toBeCloseTo((gains - losses) / n, 12);
  });

  it('has its mean overlap@k, and agrees where the items are the same', () => {
    const mean = rows.reduce((sum, { overlap }) => sum + overlap!, 0) / rows.length;
    expect(report.overall.similarity).toMatchObject({
      measure: 'overlap',
      k: 2,
      n: rows.length,
      lengths: null,
    });
    expect(report.overall.similarity?.mean).toBeCloseTo(mean, 12);
    const same = rows.filter(({ overlap }) => overlap === 1).length;
    expect(report.overall.agreement?.estimate).toBe(same / rows.length);
    expect(report.flips).toBeNull();
  });

  it('is rejected for one segment, in the words of a ranking', () => {
    expect(report.verdict.decision).toBe('reject');
    expect(report.verdict.reasons[0]).toMatch(
      /^country=BR: v8 has the relevant item among its first 2 (9|10)\.\d points less often than v7 \(95% anytime interval −.*\), 25\.0% of traffic; overall it is \+\d\.\d points?, which hides this\.$/,
    );
  });

  it('is printed with its hits', () => {
    const text = renderReport(report, { color: false, width: 110 });
    expect(text).toMatch(/agree +hit@2 v7 → v8 +difference, points +status/);
    expect(text).toMatch(/country=BR +25\.0% .* −\d+\.\d \[.*✗ regressed/);
    expect(text).toMatch(/mean overlap@2 0\.\d{4} \[0\.\d{4}, 0\.\d{4}\] of 10,000 rows/);
  });
});

describe('the plan of a ranking', () => {
  const chances = { DE: { gain: 0.02, loss: 0.02 } };

  it('is made from how often hits differ, not from how often lists do', async () => {
    const { readiness } = await reportOf(rankings(chances));
    expect(readiness.power.disagreement).toBeGreaterThan(0.4);
    // About anytimeSampleSize(.04 − .01², .01).
    expect(readiness.power.needed).toBeGreaterThan(4000);
    expect(readiness.power.needed).toBeLessThan(9000);
    expect(readiness.power.ready).toBe(true);
  });

  it('supposes the worst as long as there are no labels', async () => {
    const { readiness, verdict } = await reportOf(rankings(chances).map((row) => ({ ...row, truth: null })));
    expect(readiness.power.needed).toBeGreaterThan(50_000);
    expect(readiness.labels).toMatchObject({ ready: false, labelled: 0 });
    expect(verdict.reasons[0]).toMatch(/no label counts yet; v7 and v8 agree on 4\d\.\d% of 10,000 rows/);
  });
});

it('rankings with the same items differ by nothing, with or without a label', async () => {
  const rows = rankings({ DE: { gain: 0, loss: 0 } }, 9000).map((row, i) => ({
    ...row,
    shadow: { items: row.primary.items!.toReversed() },
    overlap: 1,
    truth: i % 2 === 0 ? 'hit' : null,
  }));
  const report = await reportOf(rows);
  expect(report.overall.accuracy).toMatchObject({ gains: 0, losses: 0, unlabelled: 0 });
  expect(report.segments.map(({ status }) => status)).toEqual(['safe']);
  expect(report.verdict.decision).toBe('promote');
});

it('rows from before the outputs were read as rankings are no pairs of it', async () => {
  const rows = rankings({ DE: { gain: 0.05, loss: 0.05 } }, 400).map((row, i): SimulatedRow => {
    const { overlap: _, ...unread } = row;
    return i < 100 ? { ...unread, primary: { label: '0' }, shadow: { label: '0' } } : row;
  });
  const { overall } = await reportOf(rows);
  expect(overall).toMatchObject({ n: 400, accuracy: { n: 300 }, similarity: { n: 300 } });
});
