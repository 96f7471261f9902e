import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import type { SliceReport } from '../../../src/analysis/report/report.ts';
import type { ReportRequest } from '../../../src/analysis/report/request.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { trafficOfRows } from '../../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';
import { simulateSliceRows, sliceColumns, sliceStartMs } from '../../support/simulated-slices.ts';

const modest = { ...reportRequest().readiness, samplesPerSegment: 500 };
const bad = { country: 'BR', channel: 'app', device: 'ios' };
const dayMs = 86_400_000;

async function reportOf(
  rows: readonly SimulatedRow[],
  differing: Partial<ReportRequest> = {},
  columns = sliceColumns,
) {
  using log = await simulatedLog(columns, rows, trafficOfRows(rows));
  return await buildReport(
    log,
    reportRequest({ segmentColumns: columns, declaredColumns: columns, readiness: modest, ...differing }),
  );
}

const textOf = ({ conditions }: SliceReport) =>
  conditions.map(({ column, value }) => `${column}=${value}`).join(' ');
const inBadSlice = ({ segments }: SimulatedRow) =>
  Object.entries(bad).every(([column, value]) => segments[column] === value);
const isLoss = ({ primary, shadow, truth }: SimulatedRow) =>
  primary.label === truth && shadow.label !== truth;

describe('a shadow that is better everywhere but in one conjunction of three segments', async () => {
  const rows = simulateSliceRows({ rows: 30_000, seed: 2, bad, breaks: 0.25 });
  const report = await reportOf(rows);
  const exact = report.slices?.find((slice) => textOf(slice) === 'channel=app country=BR device=ios');

  it('is rejected, and a reason names the slice, its weight and when it was found', () => {
    expect(report.overall.accuracy?.difference?.lower).toBeGreaterThan(0);
    expect(report.verdict.decision).toBe('reject');
    expect(report.verdict.reasons.join('\n')).toMatch(
      /^channel=app and country=BR and device=ios: v8 is right \d\d\.\d points less often than v7 \(95% anytime interval −\d+\.\d to −\d+\.\d\), 4\.\d% of traffic; found by search on rows before 2026-11-0\d \d\d:\d\d UTC, confirmed on [\d,]+ later rows; overall it is \+\d\.\d points, which hides this\.$/m,
    );
  });

  it('has the slice judged on rows from the checkpoint on, and on no other', () => {
    const atMs = Date.parse(exact?.found.at ?? '');
    const later = rows.filter((row) => row.timestampMs >= atMs && inBadSlice(row));
    expect(exact).toMatchObject({
      status: 'regressed',
      n: later.length,
      losses: later.filter(isLoss).length,
    });
    const before = rows.filter((row) => row.timestampMs < atMs);
    expect(exact?.found.n).toBe(before.filter(inBadSlice).length);
    expect(before.length).toBeGreaterThanOrEqual(exact?.found.pairs ?? 0);
    expect(before.length - (exact?.found.pairs ?? 0)).toBeLessThan(5);
    const rate = (of: readonly SimulatedRow[]) => of.filter(isLoss).length / of.length;
    expect(exact?.lift).toBeCloseTo(
      rate(later) / rate(rows.filter(({ timestampMs }) => timestampMs >= atMs)),
      9,
    );
    expect(exact?.found.lift).toBeCloseTo(rate(before.filter(inBadSlice)) / rate(before), 9);
    expect(exact?.evidence.e_value).toBeGreaterThan(exact?.evidence.threshold ?? Number.POSITIVE_INFINITY);
  });

  it('is told what was searched, and when', () => {
    expect(report.slice_search?.columns.toSorted()).toEqual(sliceColumns.toSorted());
    expect(report.slice_search?.checkpoints.map(({ pairs }) => pairs)).toEqual([2000, 4000, 8000, 16_000]);
    expect(report.slice_search?.left_out).toEqual([]);
  });

  it('lists conjunctions only, worst first', () => {
    expect(report.slices?.every(({ conditions }) => conditions.length > 1)).toBe(true);
    const order = ['regressed', 'undecided', 'safe', 'better'];
    const places = report.slices?.map(({ status }) => order.indexOf(status));
    expect(places).toEqual(places?.toSorted((a, b) => a - b));
  });

  it('is the same wherever the rows lie', async () => {
    const random = seededRandom(1);
    const shuffled = rows
      .map((row) => ({ row, at: random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ row }) => row);
    const elsewhere = await reportOf(shuffled);
    expect(elsewhere.slices).toEqual(report.slices);
    expect(elsewhere.slice_search).toEqual(report.slice_search);
  });
});

it('a slice that was bad before it was found, and not since, does not stop a promotion', async () => {
  const rows = simulateSliceRows({ rows: 40_000, seed: 4, bad, breaks: 0.9, until: 0.05, repairs: 0.4 });
  const report = await reportOf(rows);
  const found = report.slices?.find((slice) => textOf(slice) === 'channel=app country=BR device=ios');
  expect(found?.found).toMatchObject({ pairs: 2000 });
  expect(found?.status).not.toBe('regressed');
  expect(report.verdict.decision).toBe('promote');
});

describe('which rows are searched', () => {
  const rows = simulateSliceRows({ rows: 12_000, seed: 5, bad, breaks: 0.6 });

  it('those with mature labels, one for each entity, each known once it is labelled', async () => {
    const labelMaturityMs = 2 * dayMs;
    const repeated = rows.map((row, index) => ({
      ...row,
      entity: `u${index % 9000}`,
      truth: index % 3 === 0 ? null : row.truth,
    }));
    const report = await reportOf(repeated, {
      nowMs: sliceStartMs + 8 * dayMs,
      readiness: { ...modest, labelMaturityMs },
    });
    const mature = repeated.filter(
      ({ timestampMs }, index) => index < 9000 && timestampMs <= sliceStartMs + 6 * dayMs,
    );
    const known = mature.filter(
      ({ primary, shadow, truth }) => primary.label === shadow.label || truth !== null,
    );
    expect(known.length).toBeLessThan(mature.length);
    const at = report.slice_search?.checkpoints.map((checkpoint) => Date.parse(checkpoint.at)) ?? [];
    expect(at).toEqual(
      [2000, 4000, 8000].map((pairs) => (Math.floor(known[pairs - 1]!.timestampMs / 60_000) + 1) * 60_000),
    );
    const exact = report.slices?.find((slice) => textOf(slice) === 'channel=app country=BR device=ios');
    const later = mature.filter(
      (row) => row.timestampMs >= Date.parse(exact?.found.at ?? '') && inBadSlice(row),
    );
    expect(exact).toMatchObject({
      n: later.length,
      losses: later.filter((row) => row.truth !== null && isLoss(row)).length,
    });
  });

  it('none where no label is there, rows are too few, or there is nothing to combine', async () => {
    const nothing = { slices: null, slice_search: null };
    expect(await reportOf(rows.map((row) => ({ ...row, truth: null })))).toMatchObject(nothing);
    expect(await reportOf(rows.slice(0, 1999))).toMatchObject(nothing);
    const alone = { segmentColumns: ['country'], declaredColumns: ['country'] };
    expect(await reportOf(rows, alone, ['country'])).toMatchObject(nothing);
    expect(await reportOf(rows, { segmentColumns: [], declaredColumns: [] }, [])).toMatchObject(nothing);
  });

  it('all, and an empty list where the shadow never loses', async () => {
    const flawless = rows.map((row) => ({ ...row, shadow: { label: String(row.truth) } }));
    const report = await reportOf(flawless);
    expect(report.slices).toEqual([]);
    expect(report.slice_search).toMatchObject({
      checkpoints: [{ pairs: 2000 }, { pairs: 4000 }, { pairs: 8000 }],
    });
    expect(report.verdict.decision).not.toBe('reject');
  });

  it('single conditions, too, over a column that is not declared', async () => {
    const declaredColumns = ['channel', 'device'];
    const simple = simulateSliceRows({ rows: 12_000, seed: 6, bad: { country: 'FR' }, breaks: 0.2 });
    const report = await reportOf(simple, { declaredColumns });
    expect(report.segments.map(({ segment }) => segment.column)).not.toContain('country');
    expect(report.slices?.[0]).toMatchObject({
      conditions: [{ column: 'country', value: 'FR' }],
      status: 'regressed',
    });
    expect(report.verdict.reasons.join('\n')).toMatch(
      /^country=FR: v8 is right 1\d\.\d points less often .* found by search/m,
    );
  });

  it('the most frequent values of a column that has too many, which is said', async () => {
    const random = seededRandom(7);
    const columns = [...sliceColumns, 'zip'];
    const many = rows.map((row) => {
      const zip = String(Math.floor(random() ** 3 * 900));
      return { ...row, segments: { ...row.segments, zip } };
    });
    const report = await reportOf(many, { maxSegments: 500 }, columns);
    expect(report.slice_search?.left_out).toEqual(['Of zip only the 44 most frequent values are searched.']);
    expect(report.slices?.map(textOf)).toContain('channel=app country=BR device=ios');
  });
});

it('of a regression slices are those in which the absolute error grew', async () => {
  const random = seededRandom(9);
  const rows = simulateSliceRows({ rows: 12_000, seed: 8, bad, breaks: 0 }).map((row) => {
    const truth = 100 + 20 * random();
    const error = 4 * (random() - 0.5);
    const factor = inBadSlice(row) ? 2 : 0.9;
    return { ...row, truth, primary: { value: truth + error }, shadow: { value: truth + error * factor } };
  });
  const report = await reportOf(rows, { task: 'regression' });
  const exact = report.slices?.find((slice) => textOf(slice) === 'channel=app country=BR device=ios');
  const later = rows.filter((row) => row.timestampMs >= Date.parse(exact?.found.at ?? '') && inBadSlice(row));
  const growth = later.map(
    ({ primary, shadow, truth }) =>
      Math.abs((shadow.value ?? 0) - Number(truth)) - Math.abs((primary.value ?? 0) - Number(truth)),
  );
  expect(exact?.status).toBe('regressed');
  expect(exact?.n).toBe(later.length);
  expect(exact?.difference?.estimate).toBeCloseTo(
    growth.reduce((sum, value) => sum + value, 0) / later.length,
    9,
  );
  expect(report.verdict.decision).toBe('reject');
  expect(report.verdict.reasons.join('\n')).toMatch(
    /^channel=app and country=BR and device=ios: the mean absolute error of v8 is \+/m,
  );
});

it('values and columns with any characters are searched as they are', async () => {
  const odd = { 'we"ird': "O'Neil; --", channel: 'app' };
  const rows = simulateSliceRows({
    rows: 6000,
    seed: 3,
    bad: { country: 'BR', channel: 'app' },
    breaks: 0.6,
  }).map((row) => ({
    ...row,
    segments: {
      ...row.segments,
      'we"ird': row.segments.country === 'BR' ? "O'Neil; --" : `$${row.segments.country}`,
      country: null,
    },
  }));
  const report = await reportOf(rows, {}, ['we"ird', 'channel', 'device']);
  const conditions = Object.entries(odd)
    .map(([column, value]) => ({ column, value }))
    .toSorted((a, b) => (a.column < b.column ? -1 : 1));
  expect(report.slices?.[0]).toMatchObject({ conditions, status: 'regressed' });
});

it('a slice that loses no more than the regressed segment it lies in is listed, and is no reason of its own', async () => {
  const rows = simulateSliceRows({ rows: 30_000, seed: 4, bad: { country: 'BR' }, breaks: 0.25 });
  const report = await reportOf(rows);
  const within = report.slices?.filter(
    ({ conditions, status }) => status === 'regressed' && conditions.some(({ value }) => value === 'BR'),
  );
  expect(within?.length).toBeGreaterThan(0);
  expect(report.verdict.decision).toBe('reject');
  expect(report.verdict.reasons[0]).toMatch(/^country=BR: /);
  expect(report.verdict.reasons.join('\n')).not.toContain('found by search');
});
