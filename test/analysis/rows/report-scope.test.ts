import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { maskedRegression, other, simulateRows, trafficOfRows } from '../../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';

const hourMs = 3_600_000;
const columns = ['country', 'channel'];
const rows = simulateRows({ ...maskedRegression, rows: 4000 });

async function reportOf(
  of: readonly SimulatedRow[],
  request = reportRequest(),
  logged: { columns?: readonly string[]; traffic?: Parameters<typeof simulatedLog>[2] } = {},
) {
  using log = await simulatedLog(logged.columns ?? columns, of, logged.traffic ?? trafficOfRows(of));
  return await buildReport(log, request);
}

/** The same with numbers to twelve digits: the order in which sums are added differs. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, field) => (typeof field === 'number' ? Number(field.toPrecision(12)) : field)),
  );
}

describe('which rows count', () => {
  it('only those of the window, its end excluded', async () => {
    const fromMs = maskedRegression.startMs + 24 * hourMs;
    const toMs = fromMs + 48 * hourMs;
    const report = await reportOf(rows, reportRequest({ window: { fromMs, toMs } }));
    const inside = rows.filter(({ timestampMs }) => timestampMs >= fromMs && timestampMs < toMs).length;
    expect(report.overall.n).toBe(inside);
    expect(report.traffic.rows).toBe(inside);
    expect(report.window).toEqual({ from: '2026-11-02T00:00:00.000Z', to: '2026-11-04T00:00:00.000Z' });
  });

  it('one row for each entity, its first', async () => {
    const repeated = rows.map((row, index) => ({
      ...row,
      entity: index % 4 === 0 ? null : `u${index % 500}`,
    }));
    const report = await reportOf(repeated);
    const seen = new Set<string>();
    const first = repeated.filter(({ entity }) => {
      if (entity === null) return true;
      const isNew = !seen.has(entity);
      seen.add(entity);
      return isNew;
    });
    expect(report.overall.n).toBe(first.length);
    expect(report.overall.accuracy?.losses).toBe(
      first.filter(({ primary, shadow, truth }) => primary.label === truth && shadow.label !== truth).length,
    );
    expect(report.traffic.compared).toBe(rows.length);
    expect(report.rows_of_repeated_entities).toBe(rows.length - first.length);
  });

  it('each row of a request, but latency once for each request', async () => {
    const batched = rows.map((row, index) => ({
      ...row,
      requestId: `b${Math.floor(index / 4)}`,
      row: index % 4,
    }));
    const report = await reportOf(batched);
    const single = await reportOf(rows);
    const firsts = await reportOf(rows.filter((_, index) => index % 4 === 0));
    expect(report.overall.accuracy).toEqual(single.overall.accuracy);
    expect(rounded(report.overall.latency_ms)).toEqual(rounded(firsts.overall.latency_ms));
  });

  it('none of another version or model', async () => {
    const report = await reportOf(rows, reportRequest({ shadowVersion: '9' }));
    expect(report.overall.n).toBe(0);
  });
});

describe('which segments are listed', () => {
  it('the worst ones where there are more than may be listed, though all are judged', async () => {
    const all = await reportOf(rows);
    const two = await reportOf(rows, reportRequest({ maxSegments: 2 }));
    expect(rounded(two.segments)).toEqual(rounded(all.segments.slice(0, 2)));
    expect(two.segments_omitted).toBe(4);
    expect(rounded(two.overall)).toEqual(rounded(all.overall));
    expect(two.verdict).toEqual(all.verdict);
  });

  it('those of declared columns only', async () => {
    const report = await reportOf(rows, reportRequest({ declaredColumns: ['channel', 'nowhere'] }));
    expect(report.segments.map(({ segment }) => segment.column)).toEqual(['channel', 'channel']);
    expect(report.segments[0]?.evidence.threshold).toBeCloseTo(2 / 0.05, 12);
  });

  it('none where none is declared, and then all rows are the smallest segment', async () => {
    const report = await reportOf(rows, reportRequest({ declaredColumns: [] }));
    expect(report.segments).toEqual([]);
    expect(report.readiness.samples.smallest).toEqual({ segment: null, n: rows.length });
  });

  it('values with quotes in them, and rows without the column in none', async () => {
    const odd = rows.map((row, index) => ({
      ...row,
      segments: { country: index % 2 === 0 ? "Côte d'Ivoire" : null, channel: '"; DROP TABLE traffic' },
    }));
    const report = await reportOf(odd, reportRequest({ maxSegments: 1, declaredColumns: ['country'] }));
    expect(report.segments.map(({ segment, block }) => [segment.value, block.n])).toEqual([
      ["Côte d'Ivoire", rows.length / 2],
    ]);
    const cut = await reportOf(odd, reportRequest({ maxSegments: 1 }));
    expect(cut.segments_omitted).toBe(1);
    expect(cut.segments[0]?.block.latency_ms).not.toBeNull();
  });
});

describe('uneven sampling', () => {
  it('is undone by weighing each segment with its traffic', async () => {
    const isBrazil = ({ segments }: SimulatedRow) => segments.country === 'BR';
    const many = simulateRows({ ...maskedRegression, rows: 40_000 });
    const sampled = many
      .filter((row, index) => isBrazil(row) || index % 10 === 0)
      .map((row) => ({ ...row, pi: isBrazil(row) ? 1 : 0.1 }));
    const report = await reportOf(sampled, reportRequest(), { traffic: trafficOfRows(many) });
    const everything = await reportOf(many);
    const truth = everything.overall.accuracy?.difference;
    const estimate = report.overall.accuracy?.difference;
    const { gains = 0, losses = 0, n = 1 } = report.overall.accuracy ?? {};
    // Brazil is 30% of the sample and 4% of the traffic: pooled, the shadow would look worse.
    expect((gains - losses) / n).toBeLessThan(-0.01);
    expect(estimate?.estimate).toBeGreaterThan(0.01);
    expect(estimate?.lower).toBeLessThan(truth?.estimate ?? 0);
    expect(estimate?.upper).toBeGreaterThan(truth?.estimate ?? 0);
    const app = ({ segments }: Awaited<typeof report>) =>
      segments.find(({ segment }) => segment.value === 'app')?.block.accuracy?.difference?.estimate ?? 0;
    expect(app(report)).toBeGreaterThan(0);
    expect(app(everything)).toBeGreaterThan(0);
    expect(report.segments.find(({ segment }) => segment.value === 'BR')?.status).toBe('regressed');
  });

  it('is undone where rates differ by segment and fall while the difference does', async () => {
    const isBrazil = ({ segments }: SimulatedRow) => segments.country === 'BR';
    const random = seededRandom(31);
    // In the first half the shadow breaks far more; and then much more is sampled.
    const many = simulateRows({ ...maskedRegression, rows: 60_000 }).map((row, index) => {
      const breaks = index < 30_000 && !isBrazil(row) && random() < 0.1;
      return breaks ? { ...row, shadow: { ...row.shadow, label: other(String(row.truth)) } } : row;
    });
    const rateOf = (row: SimulatedRow, index: number) => {
      if (isBrazil(row)) return 1;
      return index < 30_000 ? 0.5 : 0.05;
    };
    const sampled = many.flatMap((row, index) => {
      const pi = rateOf(row, index);
      return random() < pi ? [{ ...row, pi }] : [];
    });
    const report = await reportOf(sampled, reportRequest(), { traffic: trafficOfRows(many) });
    const everything = await reportOf(many);
    const of = (value: string | null, { overall, segments }: typeof report) =>
      (value === null ? overall : segments.find(({ segment }) => segment.value === value)?.block) ?? overall;
    for (const value of [null, 'DE', 'app']) {
      const [estimate, truth] = [of(value, report), of(value, everything)];
      const { accuracy, agreement } = estimate;
      const { difference, gains = 0, losses = 0, n = 1 } = accuracy ?? {};
      const whole = truth.accuracy?.difference?.estimate ?? Number.NaN;
      // The sample by itself lies far away from the truth, outside of the interval.
      expect((gains - losses) / n).toBeLessThan(difference?.lower ?? -1);
      expect(Math.abs((difference?.estimate ?? 1) - whole)).toBeLessThan(0.01);
      expect(difference?.lower).toBeLessThan(whole);
      expect(difference?.upper).toBeGreaterThan(whole);
      expect(agreement?.estimate).toBeCloseTo(truth.agreement?.estimate ?? 0, 1.7);
      expect(accuracy?.shadow).toBeCloseTo(truth.accuracy?.shadow ?? 0, 1.7);
      expect(estimate.confidence?.primary_mean).toBeCloseTo(truth.confidence?.primary_mean ?? 0, 1.7);
    }
    // All of Brazil has one rate, so its evidence is the exact one.
    expect(of('BR', report).accuracy).toEqual(of('BR', everything).accuracy);
  });
});

describe('uneven sampling of', () => {
  const random = seededRandom(41);
  /** The rare ones are all there, of the others fewer and fewer. */
  const sampled = (of: readonly SimulatedRow[], isRare: (row: SimulatedRow) => boolean) =>
    of.flatMap((row, index) => {
      const pi = isRare(row) ? 1 : index < of.length / 2 ? 0.6 : 0.1;
      return random() < pi ? [{ ...row, pi }] : [];
    });

  it('a regression is undone, too', async () => {
    const many: SimulatedRow[] = simulateRows({ ...maskedRegression, rows: 20_000 }).map((row, index) => {
      const worse = row.segments.country === 'BR' ? 3 : index < 10_000 ? 0.2 : -0.3;
      const noise = random() - 0.5;
      const [primary, shadow] = [{ value: 10 + noise }, { value: 11 + noise + worse + 0.2 * random() }];
      return { ...row, primary, shadow, truth: 9 };
    });
    const request = reportRequest({ task: 'regression' });
    const isBrazil = ({ segments }: SimulatedRow) => segments.country === 'BR';
    const report = await reportOf(sampled(many, isBrazil), request, { traffic: trafficOfRows(many) });
    const truth = (await reportOf(many, request)).overall.error;
    const { difference = null, mae_shadow = 0, rmse_shadow = 0 } = report.overall.error ?? {};
    expect(Math.abs((difference?.estimate ?? 9) - (truth?.difference?.estimate ?? 0))).toBeLessThan(0.02);
    expect(difference?.lower).toBeLessThan(truth?.difference?.estimate ?? 0);
    expect(difference?.upper).toBeGreaterThan(truth?.difference?.estimate ?? 9);
    expect(Math.abs(mae_shadow - (truth?.mae_shadow ?? 0))).toBeLessThan(0.03);
    expect(Math.abs(rmse_shadow - (truth?.rmse_shadow ?? 0))).toBeLessThan(0.03);
  });

  it('more combinations than can be told apart is undone by the probabilities alone', async () => {
    const many = simulateRows({ ...maskedRegression, rows: 90_000 }).map((row, index) => ({
      ...row,
      segments: {
        country: `${row.segments.country} ${index % 90}`,
        channel: `c${Math.floor(index / 90) % 200}`,
      },
    }));
    const isBrazil = ({ segments }: SimulatedRow) => segments.country?.startsWith('BR') === true;
    const some = sampled(many, isBrazil);
    const combinations = new Set(some.map(({ segments }) => JSON.stringify(segments))).size;
    expect(combinations).toBeGreaterThan(20_000);
    const report = await reportOf(some, reportRequest(), { traffic: trafficOfRows(many) });
    const [gains, losses] = ['gains', 'losses'].map(
      (kind) =>
        many.filter(({ primary, shadow, truth }) =>
          kind === 'gains'
            ? shadow.label === truth && primary.label !== truth
            : primary.label === truth && shadow.label !== truth,
        ).length,
    );
    const truth = ((gains ?? 0) - (losses ?? 0)) / many.length;
    const difference = report.overall.accuracy?.difference;
    expect(Math.abs((difference?.estimate ?? 1) - truth)).toBeLessThan(0.005);
    expect(difference?.lower).toBeLessThan(truth);
    expect(difference?.upper).toBeGreaterThan(truth);
  });
});

describe('a column with too many values', () => {
  const users = rows.map((row, index) => ({
    ...row,
    segments: { ...row.segments, channel: `user ${index}` },
  }));

  it('is not judged, also where it was logged before anybody knew: others keep their threshold', async () => {
    expect(users.length).toBeGreaterThan(1000);
    const report = await reportOf(users);
    expect(report.refused_segments).toEqual([
      { column: 'channel', sentence: expect.stringMatching(/^segment channel has more than 1,000 values/) },
    ]);
    expect(new Set(report.segments.map(({ segment }) => segment.column))).toEqual(new Set(['country']));
    expect(report.segments[0]?.evidence.threshold).toBe(report.segments.length / 0.05);
    expect(report.overall.n).toBe(users.length);
  });

  it('is not missed where nothing was declared', async () => {
    const undeclared = await reportOf(users, reportRequest({ declaresSegments: false }));
    expect(undeclared.verdict.reasons.join()).not.toContain('channel');
    const declared = await reportOf(users);
    expect(declared.verdict.reasons.join()).toContain('segment channel has more than 1,000 values');
  });
});
