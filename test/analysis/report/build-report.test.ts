import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import { asymptoticInterval } from '../../../src/analysis/statistics/asymptotic-sequence.ts';
import { betaBinomialInterval } from '../../../src/analysis/statistics/beta-binomial-sequence.ts';
import { cohenKappa } from '../../../src/analysis/statistics/cohen-kappa.ts';
import { kolmogorovSmirnov } from '../../../src/analysis/statistics/kolmogorov-smirnov.ts';
import { wasserstein } from '../../../src/analysis/statistics/wasserstein.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../../support/simulated-fraud.ts';
import { type SimulatedRow, type SimulatedSide, simulatedLog } from '../../support/simulated-log.ts';

const columns = ['country', 'channel'];
const dayMs = 86_400_000;

/** The rows with some failures, a control beside one request in ten, and two days' labels not yet to be trusted. */
function mixedRows(): SimulatedRow[] {
  const random = seededRandom(9);
  const rows = simulateRows({ ...maskedRegression, rows: 6000, labelled: 0.6 });
  const failing = (side: SimulatedSide): SimulatedSide =>
    random() < 0.02 ? { status: 'error', queueMicroseconds: 5, computeMicroseconds: 1 } : side;
  const shadowed = rows.map((row) => ({
    ...row,
    primary: failing(row.primary),
    shadow: failing(row.shadow),
  }));
  const controls = shadowed
    .filter((_, index) => index % 10 === 0)
    .map((row) => ({
      ...row,
      role: 'control' as const,
      shadow: { ...row.shadow, computeMicroseconds: 130 + Math.floor(random() * 40) },
    }));
  return [...shadowed, ...controls];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The order statistic, in milliseconds. */
function quantile(microseconds: readonly number[], share: number): number {
  const sorted = microseconds.toSorted((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN) / 1000;
}

function expectWithinOnePercent(estimate: number | undefined, exact: number): void {
  expect(Math.abs((estimate ?? Number.NaN) / exact - 1)).toBeLessThan(0.010_001);
}

function calibrationBruteForce(sides: readonly { confidence: number; hit: number }[]) {
  const bins = Map.groupBy(sides, ({ confidence }) => Math.min(9, Math.floor(confidence * 10)));
  const ece = [...bins.values()].reduce(
    (sum, bin) =>
      sum +
      (bin.length / sides.length) *
        Math.abs(mean(bin.map(({ hit }) => hit)) - mean(bin.map(({ confidence }) => confidence))),
    0,
  );
  return { ece, brier: mean(sides.map(({ confidence, hit }) => (confidence - hit) ** 2)) };
}

describe('the numbers of the report', async () => {
  const rows = mixedRows();
  const shadowed = rows.filter(({ role }) => role !== 'control');
  const request = reportRequest({
    readiness: { ...reportRequest().readiness, labelMaturityMs: 2 * dayMs },
  });
  const maturedMs = request.nowMs - 2 * dayMs;
  using log = await simulatedLog(columns, rows, trafficOfRows(shadowed));
  const report = await buildReport(log, request);
  const blocks = [
    { name: 'overall', block: report.overall, members: shadowed },
    ...report.segments.map(({ segment, block }) => ({
      name: `${segment.column}=${segment.value}`,
      block,
      members: shadowed.filter(({ segments }) => segments[segment.column] === segment.value),
    })),
  ];

  it('cover all rows and every value of both declared columns', () => {
    expect(blocks.map(({ name }) => name).toSorted()).toEqual(
      [
        'overall',
        'country=BR',
        'country=DE',
        'country=FR',
        'country=US',
        'channel=app',
        'channel=web',
      ].toSorted(),
    );
  });

  it.each(blocks)('of $name: agreement and errors are those of the rows', ({ block, members }) => {
    const answered = members.filter(
      ({ primary, shadow }) => primary.status !== 'error' && shadow.status !== 'error',
    );
    const disagreements = answered.filter(({ primary, shadow }) => primary.label !== shadow.label).length;
    const interval = betaBinomialInterval({ k: disagreements, n: answered.length });
    expect(block.n).toBe(members.length);
    expect(block.agreement?.estimate).toBeCloseTo(1 - disagreements / answered.length, 12);
    expect(block.agreement?.lower).toBeCloseTo(1 - interval.upper, 12);
    expect(block.agreement?.upper).toBeCloseTo(1 - interval.lower, 12);
    const failures = members.filter(({ shadow }) => shadow.status === 'error').length;
    expect(block.errors?.shadow.rate).toBeCloseTo(failures / members.length, 12);
    expect(failures).toBeGreaterThan(0);
  });

  it.each(blocks)(
    'of $name: accuracy counts mature rows only, and draws without a label',
    ({ block, members }) => {
      const pairs = members.filter(
        ({ primary, shadow, timestampMs }) =>
          primary.status !== 'error' && shadow.status !== 'error' && timestampMs <= maturedMs,
      );
      const labelled = pairs.filter(({ truth }) => truth !== null);
      const differing = pairs.filter(({ primary, shadow }) => primary.label !== shadow.label);
      const gains = differing.filter(({ shadow, truth }) => shadow.label === truth).length;
      const losses = differing.filter(({ primary, truth }) => primary.label === truth).length;
      const unlabelled = differing.filter(({ truth }) => truth === null).length;
      expect(block.accuracy).toMatchObject({
        n: pairs.length,
        labelled: labelled.length,
        gains,
        losses,
        unlabelled,
      });
      expect(block.accuracy?.primary).toBeCloseTo(
        labelled.filter(({ primary, truth }) => primary.label === truth).length / labelled.length,
        12,
      );
      expect(block.accuracy?.shadow).toBeCloseTo(
        labelled.filter(({ shadow, truth }) => shadow.label === truth).length / labelled.length,
        12,
      );
      expect(block.accuracy?.bounds.lower).toBeCloseTo((gains - losses - unlabelled) / pairs.length, 12);
      if (gains + losses < 30) {
        expect(block.accuracy?.difference).toBeNull();
      } else {
        const weight = differing.length / (differing.length - unlabelled) / pairs.length;
        expect(block.accuracy?.difference?.estimate).toBeCloseTo((gains - losses) * weight, 12);
      }
      for (const side of ['primary', 'shadow'] as const) {
        const expected = calibrationBruteForce(
          labelled.map((row) => ({
            confidence: row[side].confidence ?? Number.NaN,
            hit: row[side].label === row.truth ? 1 : 0,
          })),
        );
        expect(block.calibration?.[side].brier).toBeCloseTo(expected.brier, 10);
        expect(block.calibration?.[side].ece).toBeCloseTo(expected.ece, 10);
      }
    },
  );

  it.each(blocks)('of $name: confidence is compared pair by pair', ({ block, members }) => {
    const pairs = members.flatMap(({ primary, shadow }) =>
      primary.confidence === undefined || shadow.confidence === undefined
        ? []
        : [{ p: primary.confidence, s: shadow.confidence }],
    );
    const differences = pairs.map(({ p, s }) => s - p);
    const interval = asymptoticInterval({
      n: pairs.length,
      sum: differences.reduce((sum, value) => sum + value, 0),
      sumSquares: differences.reduce((sum, value) => sum + value ** 2, 0),
    });
    const once = (values: readonly number[]) => values.map((value) => [value, 1] as const);
    const cell = (value: number) => Math.min(999, Math.floor(value * 1000));
    const [p, s] = [pairs.map((pair) => pair.p), pairs.map((pair) => pair.s)];
    expect(block.confidence?.primary_mean).toBeCloseTo(mean(p), 10);
    expect(block.confidence?.shadow_mean).toBeCloseTo(mean(s), 10);
    expect(block.confidence?.difference?.lower).toBeCloseTo(interval?.lower ?? Number.NaN, 10);
    expect(block.confidence?.ks).toBeCloseTo(kolmogorovSmirnov(once(p.map(cell)), once(s.map(cell))), 10);
    expect(Math.abs((block.confidence?.wasserstein ?? 1) - wasserstein(once(p), once(s)))).toBeLessThan(
      0.001,
    );
    expect(block.confidence?.histogram.primary.reduce((sum, count) => sum + count, 0)).toBe(pairs.length);
    expect(block.confidence?.histogram.shadow[19]).toBe(s.filter((value) => value >= 0.95).length);
  });

  it('of PSI use ten bins of equal weight, fixed from the primary over all rows', () => {
    const p = shadowed.flatMap(({ primary, shadow }) =>
      primary.confidence === undefined || shadow.confidence === undefined ? [] : [primary.confidence],
    );
    const s = shadowed.flatMap(({ primary, shadow }) =>
      primary.confidence === undefined || shadow.confidence === undefined ? [] : [shadow.confidence],
    );
    const sorted = p.toSorted((a, b) => a - b);
    const ends = Array.from(
      { length: 9 },
      (_, index) => sorted[Math.floor(((index + 1) * p.length) / 10)] ?? 1,
    );
    const shares = (values: readonly number[]) =>
      Array.from({ length: 10 }, (_, bin) => {
        const inside = values.filter((value) => value >= (ends[bin - 1] ?? 0) && value < (ends[bin] ?? 2));
        return inside.length / values.length;
      });
    const [from, to] = [shares(p), shares(s)];
    const psi = from.reduce((sum, share, bin) => {
      const other = to[bin] ?? 0;
      return sum + (other - share) * Math.log(other / share);
    }, 0);
    expect(report.overall.confidence?.psi).toBeCloseTo(psi, 2);
    expect(psi).toBeGreaterThan(0.005);
  });

  it.each(blocks)('of $name: latency is that of requests that were answered', ({ block, members }) => {
    for (const side of ['primary', 'shadow'] as const) {
      const answered = members.map((row) => row[side]).filter(({ status }) => status !== 'error');
      const total = answered.map((it) => (it.queueMicroseconds ?? 0) + (it.computeMicroseconds ?? 0));
      const compute = answered.map((it) => it.computeMicroseconds ?? 0);
      const queue = answered.map((it) => it.queueMicroseconds ?? 0);
      const latency = block.latency_ms?.[side];
      expectWithinOnePercent(latency?.p50, quantile(total, 0.5));
      expectWithinOnePercent(latency?.p99, quantile(total, 0.99));
      expectWithinOnePercent(latency?.compute_p90, quantile(compute, 0.9));
      expectWithinOnePercent(latency?.queue_p50, quantile(queue, 0.5));
    }
    expect(block.resources?.shadow?.cpu_ms_per_row).toBeCloseTo(0.14, 12);
  });

  it('of the latency ratio are taken against the control where there is one', () => {
    const logRatio = (members: readonly SimulatedRow[]) =>
      mean(
        members
          .filter(({ primary, shadow }) => primary.status !== 'error' && shadow.status !== 'error')
          .map(({ primary, shadow }) => {
            const total = (it: SimulatedSide) => (it.queueMicroseconds ?? 0) + (it.computeMicroseconds ?? 0);
            return Math.log(total(shadow) / total(primary));
          }),
      );
    const controls = rows.filter(({ role }) => role === 'control');
    const ratio = report.overall.latency_ms?.ratio;
    expect(ratio?.against).toBe('control');
    expect(ratio?.estimate).toBeCloseTo(Math.exp(logRatio(shadowed) - logRatio(controls)), 9);
    expect(ratio?.lower).toBeLessThan(ratio?.estimate ?? 0);
    expect(report.overall.latency_ms?.control?.p50).toBeGreaterThan(0);
  });

  it('of flips name who turned into what', () => {
    const answered = shadowed.filter(
      ({ primary, shadow }) => primary.status !== 'error' && shadow.status !== 'error',
    );
    const count = (primary: string, shadow: string) =>
      answered.filter((row) => row.primary.label === primary && row.shadow.label === shadow).length;
    const matrix = ['0', '1'].flatMap((primary) =>
      ['0', '1'].map((shadow) => ({ primary, shadow, n: count(primary, shadow) })),
    );
    const flips = matrix.filter(({ primary, shadow }) => primary !== shadow).toSorted((a, b) => b.n - a.n);
    expect(report.flips).toEqual(flips);
    expect(report.overall.agreement?.kappa).toBeCloseTo(cohenKappa(matrix) ?? Number.NaN, 12);
  });

  it('of traffic and its shares add up', () => {
    expect(report.traffic).toMatchObject({ requests: 6000, rows: 6000, sampled: 6000, compared: 6000 });
    const shares = report.segments
      .filter(({ segment }) => segment.column === 'country')
      .map(({ traffic_share }) => traffic_share ?? 0);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('survive JSON unchanged', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});
