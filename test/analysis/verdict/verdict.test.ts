import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import type { ReportRequest } from '../../../src/analysis/report/request.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import {
  maskedRegression,
  type Simulation,
  simulateRows,
  trafficOfRows,
} from '../../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';

const modest = { ...reportRequest().readiness, samplesPerSegment: 500 };

async function reportOf(rows: readonly SimulatedRow[], request: ReportRequest = reportRequest()) {
  using log = await simulatedLog(['country', 'channel'], rows, trafficOfRows(rows));
  return await buildReport(log, request);
}

function alike(behaviour: { repairs: number; breaks: number }, rows = 40_000): Simulation {
  const countries = { DE: { share: 0.6, ...behaviour }, FR: { share: 0.4, ...behaviour } };
  return { ...maskedRegression, rows, countries };
}

describe('a shadow that is better overall and much worse in one segment', async () => {
  const report = await reportOf(simulateRows(maskedRegression));

  it('is rejected, and the first reason names the segment with its numbers', () => {
    expect(report.overall.accuracy?.difference?.lower).toBeGreaterThan(0);
    expect(report.verdict.decision).toBe('reject');
    expect(report.verdict.reasons[0]).toMatch(
      /^country=BR: v8 is right 1\d\.\d points less often than v7 \(95% anytime interval −\d+\.\d to −\d+\.\d\), 4\.\d% of traffic; overall it is \+2\.\d points, which hides this\.$/,
    );
    expect(report.verdict.reasons).toHaveLength(1);
  });

  it('has that segment listed first, regressed, with evidence past K/α', () => {
    const [worst, ...others] = report.segments;
    expect(worst?.segment).toEqual({ column: 'country', value: 'BR' });
    expect(worst?.status).toBe('regressed');
    expect(worst?.evidence.threshold).toBe(6 / 0.05);
    expect(worst?.evidence.e_value).toBeGreaterThan(6 / 0.05);
    expect(worst?.evidence.discovery).toBe(true);
    expect(others.map(({ status }) => status)).not.toContain('regressed');
  });
});

describe('a shadow that says the same as the primary', () => {
  const rows = simulateRows({ ...alike({ repairs: 0, breaks: 0 }, 9000), days: 8 });

  it('may be promoted once the evidence is complete, though no pair is discordant', async () => {
    const report = await reportOf(rows, reportRequest({ readiness: modest }));
    expect(report.overall.accuracy).toMatchObject({ difference: null, gains: 0, losses: 0 });
    expect(report.segments.map(({ status }) => status)).toEqual(['safe', 'safe', 'safe', 'safe']);
    expect(report.verdict.decision).toBe('promote');
  });

  it('is kept shadowing while rows are too few', async () => {
    const report = await reportOf(rows);
    expect(report.verdict.decision).toBe('keep_shadowing');
    expect(report.verdict.reasons.join(' ')).toMatch(/of 10,000 compared rows/);
  });
});

describe('a shadow that is better everywhere', () => {
  const rows = simulateRows(alike({ repairs: 0.3, breaks: 0.02 }));

  it('is promoted when every gate is open', async () => {
    const report = await reportOf(rows, reportRequest({ readiness: modest }));
    expect(report.readiness.ready).toBe(true);
    expect(report.verdict.decision).toBe('promote');
  });

  it('is kept shadowing before a full cycle was seen', async () => {
    const shown = rows.filter(({ timestampMs }) => timestampMs < maskedRegression.startMs + 6 * 86_400_000);
    const report = await reportOf(shown, reportRequest({ readiness: modest }));
    expect(report.verdict.decision).toBe('keep_shadowing');
    expect(report.verdict.reasons).toEqual([expect.stringMatching(/^6\.0 days and 144 of the 168 hours/)]);
  });

  it('is rejected when it fails too often', async () => {
    const random = seededRandom(4);
    const failing = rows.map((row) =>
      random() < 0.05 ? { ...row, shadow: { status: 'error' as const } } : row,
    );
    const report = await reportOf(failing, reportRequest({ readiness: modest }));
    expect(report.verdict.decision).toBe('reject');
    expect(report.verdict.reasons[0]).toMatch(/^v8 fails on [45]\.\d\d% of the compared rows/);
  });
});

describe('a shadow that is better everywhere, and often late', () => {
  const rows = simulateRows(alike({ repairs: 0.3, breaks: 0.02 }));
  const late = (share: number, of: readonly SimulatedRow[], seed: number): SimulatedRow[] => {
    const random = seededRandom(seed);
    return of.map((row) => (random() < share ? { ...row, shadow: { status: 'timeout' as const } } : row));
  };
  /** Of every tenth row the primary's version runs again, with the given share of late runs. */
  const control = (share: number): SimulatedRow[] =>
    late(
      share,
      rows.flatMap((row, i) =>
        i % 10 === 0 ? [{ ...row, role: 'control' as const, shadow: row.primary }] : [],
      ),
      12,
    );
  const request = reportRequest({ readiness: modest });

  it('is never rejected for that: it may be the machine that had no CPU for it', async () => {
    const report = await reportOf(late(0.3, rows, 11), request);
    expect(report.overall.errors?.shadow.rate).toBeCloseTo(0.3, 1);
    expect(report.traffic.errors.shadow).toBeGreaterThan(11_000);
    expect(report.verdict.decision).toBe('keep_shadowing');
    expect(report.verdict.reasons[0]).toMatch(
      /^In 1[12],\d{3} of 40,000 compared rows \((29|30)\.\d%\) the run of v8 took longer than its deadline; whether it is slow or was left too little CPU is not known without a control .* look at the CPU of the server\.$/,
    );
  });

  it('is rejected for what fails besides', async () => {
    const random = seededRandom(4);
    const failing = late(0.3, rows, 11).map((row) =>
      random() < 0.05 ? { ...row, shadow: { status: 'error' as const } } : row,
    );
    const { verdict } = await reportOf(failing, request);
    expect(verdict.decision).toBe('reject');
    expect(verdict.reasons[0]).toMatch(/^v8 fails on [45]\.\d\d% of the compared rows/);
  });

  it('is kept where the control was late significantly less often', async () => {
    const { verdict } = await reportOf([...late(0.05, rows, 11), ...control(0.01)], request);
    expect(verdict.decision).toBe('keep_shadowing');
    expect(verdict.reasons).toEqual([
      expect.stringMatching(
        /\([45]\.\d%\) the run of v8 took longer than its deadline, that of v7 as control in \d+ of 4,000 \([01]\.\d%\): look at its latency and CPU per row beside the control's/,
      ),
    ]);
  });

  it('is promoted where the control was late as often, or it hardly ever was', async () => {
    expect((await reportOf([...late(0.05, rows, 11), ...control(0.05)], request)).verdict.decision).toBe(
      'promote',
    );
    expect((await reportOf(late(0.0005, rows, 11), request)).verdict.decision).toBe('promote');
  });

  it('is kept while the control has too few rows to say', async () => {
    const few = [...late(0.005, rows, 11), ...control(0).slice(0, 20)];
    const { verdict } = await reportOf(few, request);
    expect(verdict.reasons).toEqual([
      expect.stringMatching(/that of v7 as control in 0 of 20 \(0\.0%\), too few rows to say/),
    ]);
  });
});

it('a shadow that is worse everywhere is rejected with every segment named', async () => {
  const report = await reportOf(simulateRows(alike({ repairs: 0.1, breaks: 0.1 })));
  expect(report.verdict.decision).toBe('reject');
  expect(report.verdict.reasons.at(-1)).toMatch(/^Overall v8 is right \d\.\d points less often than v7/);
  expect(report.verdict.reasons).toHaveLength(5);
});

describe('without a single label', async () => {
  const report = await reportOf(simulateRows({ ...maskedRegression, labelled: 0 }));

  it('nothing is judged right or wrong', () => {
    expect(report.overall.accuracy).toBeNull();
    expect(report.overall.calibration).toBeNull();
    expect(report.verdict.decision).toBe('keep_shadowing');
    expect(report.readiness.labels).toMatchObject({ ready: false, labelled: 0, fraction: 0 });
  });

  it('the reasons say how often the versions agree and where they do not', () => {
    expect(report.verdict.reasons[0]).toMatch(
      /no label counts yet; v7 and v8 agree on 93\.\d% of 60,000 rows/,
    );
    expect(report.verdict.reasons[1]).toMatch(
      /^Disagreements concentrate in country=BR \(1\d\.\d% of rows\)/,
    );
  });
});

it('labels of rows that are too young do not count yet', async () => {
  const readiness = { ...modest, labelMaturityMs: 30 * 86_400_000 };
  const report = await reportOf(
    simulateRows({ ...maskedRegression, rows: 3000 }),
    reportRequest({ readiness }),
  );
  expect(report.overall.accuracy).toBeNull();
  expect(report.verdict.reasons[0]).toMatch(/no row is older than the label maturity of 30\.0 days/);
});

it('an empty log makes a complete report that knows nothing', async () => {
  const report = await reportOf([]);
  expect(report.overall).toEqual({
    n: 0,
    agreement: null,
    confidence: null,
    similarity: null,
    accuracy: null,
    calibration: null,
    error: null,
    errors: null,
    latency_ms: null,
    resources: null,
  });
  expect(report).toMatchObject({
    window: { from: null, to: null },
    traffic: { requests: 0, sampled: 0, compared: 0, dropped: { queue_full: 0 }, errors: { shadow: 0 } },
    segments: [],
    slices: null,
    flips: [],
    readiness: { ready: false, eta: null, power: { needed: null }, coverage: { days: 0 } },
    verdict: { decision: 'keep_shadowing' },
  });
  expect(report.verdict.reasons).toEqual(['No request has been compared yet, so nothing is known of v8.']);
});

describe('a regression model', () => {
  /** House prices about 100; the shadow's error is that of the primary times the factor of its country. */
  function prices(factors: Readonly<Record<string, number>>, count = 20_000): SimulatedRow[] {
    const random = seededRandom(8);
    const names = Object.keys(factors);
    return Array.from({ length: count }, (_, index) => {
      const country = names[index % names.length] ?? '';
      const truth = 100 + 20 * random();
      const [error, noise] = [4 * (random() - 0.5), random() - 0.5];
      return {
        requestId: `r${index}`,
        timestampMs: maskedRegression.startMs + Math.floor((index * 8 * 86_400_000) / count),
        segments: { country, channel: 'app' },
        primary: { value: truth + error },
        shadow: { value: truth + error * (factors[country] ?? 1) + 0.2 * noise },
        truth,
      };
    });
  }
  const request = reportRequest({ task: 'regression', declaredColumns: ['country'], readiness: modest });

  it('is judged by the difference of absolute errors', async () => {
    const rows = prices({ DE: 0.8, FR: 0.8, IT: 0.8, BR: 1.4 });
    const report = await reportOf(rows, request);
    const error = (side: 'primary' | 'shadow') => (row: SimulatedRow) =>
      Math.abs((row[side].value ?? Number.NaN) - Number(row.truth));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(report.overall.accuracy).toBeNull();
    expect(report.flips).toBeNull();
    expect(report.overall.error?.mae_primary).toBeCloseTo(mean(rows.map(error('primary'))), 9);
    expect(report.overall.error?.rmse_shadow).toBeCloseTo(
      Math.sqrt(mean(rows.map((row) => error('shadow')(row) ** 2))),
      9,
    );
    expect(report.overall.error?.difference?.upper).toBeLessThan(0);
    expect(report.verdict.decision).toBe('reject');
    expect(report.verdict.reasons[0]).toMatch(
      /^country=BR: the mean absolute error of v8 is \+0\.[34]\d+ against v7 .*, 25\.0% of traffic; overall it is −0\.\d+, which hides this\.$/,
    );
  });

  it('is promoted where its errors are smaller everywhere', async () => {
    const report = await reportOf(prices({ DE: 0.8, FR: 0.7 }), request);
    expect(report.segments.map(({ status }) => status)).toEqual(['better', 'better']);
    expect(report.verdict.decision).toBe('promote');
  });
});
