import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import type { ReportRequest } from '../../../src/analysis/report/request.ts';
import { betaBinomialInterval } from '../../../src/analysis/statistics/beta-binomial-sequence.ts';
import { buildTimeline } from '../../../src/analysis/timeline/build-timeline.ts';
import type { Timeline } from '../../../src/analysis/timeline/timeline.ts';
import { seededRandom } from '../../support/random.ts';
import { reportRequest } from '../../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../../support/simulated-fraud.ts';
import { type SimulatedRow, simulatedLog } from '../../support/simulated-log.ts';

const hour = 3_600_000;
const day = 24 * hour;
const columns = ['country', 'channel'];

async function both(
  rows: readonly SimulatedRow[],
  differing: Partial<ReportRequest> = {},
  traffic = trafficOfRows(rows),
) {
  using log = await simulatedLog(columns, rows, traffic);
  const request = reportRequest(differing);
  return { timeline: await buildTimeline(log, request), report: await buildReport(log, request) };
}

const totalOf = (counts: readonly number[] | null): number => (counts ?? []).reduce((a, b) => a + b, 0);
const failed = ({ status = 'ok' }: SimulatedRow['primary']): boolean => status !== 'ok';
const quantile = (milliseconds: readonly number[], share: number): number =>
  milliseconds.toSorted((a, b) => a - b)[Math.floor((milliseconds.length - 1) * share)]!;

/** Eight days from a Sunday on, every 50th row failed by the shadow, a control beside every tenth. */
function mixedRows(): SimulatedRow[] {
  const rows = simulateRows({ ...maskedRegression, rows: 6000, labelled: 0.6 }).map((row, index) =>
    index % 50 === 7 ? { ...row, shadow: { status: 'error' as const } } : row,
  );
  const controls = rows
    .filter((_, index) => index % 10 === 0)
    .map((row) => ({ ...row, role: 'control' as const }));
  return [...rows, ...controls];
}

describe('a timeline', async () => {
  const rows = mixedRows();
  const shadowed = rows.filter(({ role }) => role !== 'control');
  const { timeline, report } = await both(
    rows,
    { readiness: { ...reportRequest().readiness, labelMaturityMs: 2 * day } },
    trafficOfRows(shadowed).map((count) => ({
      ...count,
      rows: 2 * count.rows,
      sampled: count.rows,
      queueFull: 1,
    })),
  );
  const inBucket = ({ at }: Timeline['buckets'][number]): SimulatedRow[] => {
    const start = Date.parse(at);
    return shadowed.filter(
      ({ timestampMs }) => timestampMs >= start && timestampMs < start + timeline.bucket_seconds * 1000,
    );
  };

  it('is about what the report is about', () => {
    const { model, primary, shadow, generated_at, window } = report;
    expect(timeline).toMatchObject({ model, primary, shadow, generated_at, window });
  });

  it('holds all rows and all traffic, oldest first, in buckets of an hour', () => {
    expect(timeline.bucket_seconds).toBe(3600);
    expect(timeline.buckets).toHaveLength(8 * 24);
    expect(timeline.buckets.map(({ at }) => at)).toEqual(timeline.buckets.map(({ at }) => at).toSorted());
    const sum = (name: 'compared' | 'requests' | 'rows' | 'sampled' | 'dropped') =>
      timeline.buckets.reduce((total, bucket) => total + (bucket[name] ?? Number.NaN), 0);
    const { compared, requests, rows: trafficRows, sampled, dropped } = report.traffic;
    expect(sum('compared')).toBe(compared);
    expect(sum('requests')).toBe(requests);
    expect(sum('rows')).toBe(trafficRows);
    expect(sum('sampled')).toBe(sampled);
    expect(sum('dropped')).toBe(dropped.queue_full);
    expect(dropped.queue_full).toBeGreaterThan(0);
  });

  it('tells of each bucket what its own rows say', () => {
    const maturedMs = reportRequest().nowMs - 2 * day;
    for (const bucket of timeline.buckets) {
      const members = inBucket(bucket);
      const pairs = members.filter(({ primary, shadow }) => !failed(primary) && !failed(shadow));
      const agreed = pairs.filter(({ primary, shadow }) => primary.label === shadow.label).length;
      expect(bucket.compared).toBe(members.length);
      expect(bucket.agreement).toEqual(betaBinomialInterval({ k: agreed, n: pairs.length }, 0.05));
      const errors = members.filter(({ shadow }) => failed(shadow)).length;
      expect(bucket.errors.shadow?.rate).toBeCloseTo(errors / members.length, 12);
      expect(bucket.errors.primary).toMatchObject({ rate: 0, lower: 0 });
      const labelled = pairs.filter(({ truth, timestampMs }) => truth !== null && timestampMs <= maturedMs);
      const right = (side: 'primary' | 'shadow') =>
        labelled.filter(({ truth, [side]: { label } }) => label === truth).length / labelled.length;
      if (labelled.length === 0) expect(bucket.accuracy).toBeNull();
      else {
        expect(bucket.accuracy).toEqual({
          n: labelled.length,
          primary: right('primary'),
          shadow: right('shadow'),
        });
      }
      const milliseconds = (side: 'primary' | 'shadow') =>
        members
          .filter(({ [side]: of }) => !failed(of))
          .map(({ [side]: of }) => ((of.queueMicroseconds ?? 0) + (of.computeMicroseconds ?? 0)) / 1000);
      for (const side of ['primary', 'shadow'] as const) {
        for (const [name, share] of [
          ['p50', 0.5],
          ['p99', 0.99],
        ] as const) {
          const exact = quantile(milliseconds(side), share);
          expect(Math.abs(bucket.latency_ms[side]![name] / exact - 1)).toBeLessThan(0.010_001);
        }
      }
    }
  });

  it('ends its running agreement, the narrower the longer, where the report’s agreement is', () => {
    const { kappa: _, ...agreement } = report.overall.agreement!;
    const last = timeline.running_agreement.at(-1)!;
    const pairs = shadowed.filter(({ primary, shadow }) => !failed(primary) && !failed(shadow));
    expect({ at: last.at, n: last.n }).toEqual({ at: report.window.to, n: pairs.length });
    expect(last.estimate).toBeCloseTo(agreement.estimate, 12);
    expect(last.lower).toBeCloseTo(agreement.lower, 12);
    expect(last.upper).toBeCloseTo(agreement.upper, 12);
    expect(timeline.running_agreement).toHaveLength(timeline.buckets.length);
    const widths = timeline.running_agreement.map(({ lower, upper }) => upper - lower);
    expect(widths[0]).toBeGreaterThan(9 * widths.at(-1)!);
  });

  it('counts compared rows by hour of week, Monday first', () => {
    for (const weekday of [0, 6]) {
      for (const of of [0, 13, 23]) {
        const members = shadowed.filter(({ timestampMs }) => {
          const date = new Date(timestampMs);
          return (date.getUTCDay() + 6) % 7 === weekday && date.getUTCHours() === of;
        });
        expect(timeline.hours_of_week[weekday]![of]).toBe(members.length);
      }
    }
    expect(totalOf(timeline.hours_of_week.flat())).toBe(shadowed.length);
  });

  it('counts latencies of all lanes on one logarithmic grid', () => {
    const { edges_ms: edges, total, queue, compute } = timeline.latency!;
    for (const part of [total, queue, compute]) {
      expect(totalOf(part.primary)).toBe(shadowed.length);
      expect(totalOf(part.shadow)).toBe(shadowed.filter(({ shadow }) => !failed(shadow)).length);
      expect(totalOf(part.control)).toBe(
        rows.filter(({ role, shadow }) => role === 'control' && !failed(shadow)).length,
      );
      for (const counts of [part.primary, part.shadow, part.control])
        expect(counts).toHaveLength(edges.length - 1);
    }
    const ratios = edges.slice(1).map((edge, index) => edge / edges[index]!);
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0]!, 9);
    expect(edges.length).toBeLessThanOrEqual(97);
    // Within a cell by the 1% that a bucket of the sketch may be off at its ends.
    const cell = 20;
    const exact = shadowed.filter(({ primary: { queueMicroseconds = 0, computeMicroseconds = 0 } }) => {
      const milliseconds = (queueMicroseconds + computeMicroseconds) / 1000;
      return milliseconds > edges[cell]! && milliseconds <= edges[cell + 1]!;
    }).length;
    expect(total.primary![cell]).toBe(exact);
  });
});

describe('a timeline of uneven evidence', () => {
  const start = Date.UTC(2026, 10, 2);
  const rowAt = (index: number, agrees: boolean, more: Partial<SimulatedRow> = {}): SimulatedRow => ({
    requestId: `r${index}`,
    timestampMs: start + index * 1000,
    segments: { country: 'DE', channel: 'web' },
    primary: { label: '1' },
    shadow: { label: agrees ? '1' : '0' },
    truth: null,
    ...more,
  });

  it('counts one row of each entity, but tells of all that were compared', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => rowAt(i, i % 3 === 0, { entity: `u${i % 100}` }));
    const { timeline, report } = await both(rows);
    expect(timeline.bucket_seconds).toBe(60);
    expect(timeline.buckets.map(({ compared }) => compared)).toEqual([60, 60, 60, 60, 60]);
    expect(timeline.running_agreement.at(-1)).toMatchObject({
      n: 100,
      estimate: report.overall.agreement!.estimate,
    });
    // Entities were all seen by then.
    expect(timeline.buckets[2]!.agreement).toBeNull();
    expect(timeline.buckets[2]!.errors).toEqual({ primary: null, shadow: null });
  });

  it('weighs rows by how likely they were sampled', async () => {
    const random = seededRandom(3);
    const rows = Array.from({ length: 400 }, (_, i) =>
      rowAt(i, random() < 0.5, { pi: i % 4 === 0 ? 1 : 0.1 }),
    );
    const { timeline, report } = await both(rows);
    const weightOf = ({ pi = 1 }: SimulatedRow) => 1 / pi;
    const agreeing = rows.filter(({ primary, shadow }) => primary.label === shadow.label);
    const share = agreeing.map(weightOf).reduce((a, b) => a + b) / rows.map(weightOf).reduce((a, b) => a + b);
    const last = timeline.running_agreement.at(-1)!;
    expect(last.estimate).toBeCloseTo(share, 12);
    expect(last.estimate).toBeCloseTo(report.overall.agreement!.estimate, 12);
    expect(last.upper).toBeCloseTo(report.overall.agreement!.upper, 12);
  });

  it('leaves traffic out of buckets that are narrower than it is counted by', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => rowAt(i, true));
    const { timeline } = await both(rows);
    expect(timeline.buckets).toHaveLength(1);
    expect(timeline.buckets[0]).toMatchObject({
      requests: null,
      rows: null,
      sampled: null,
      dropped: null,
      compared: 10,
    });
  });

  it('tells of traffic of which nothing was compared', async () => {
    const traffic = [{ timestampMs: start, segments: {}, rows: 12, sampled: 3, queueFull: 3 }];
    const { timeline } = await both([], {}, traffic);
    expect(timeline).toMatchObject({ bucket_seconds: 3600, running_agreement: [], latency: null });
    expect(timeline.buckets).toEqual([
      {
        at: '2026-11-02T00:00:00.000Z',
        ...{ requests: 12, rows: 12, sampled: 3, dropped: 3, compared: 0 },
        ...{ agreement: null, errors: { primary: null, shadow: null }, accuracy: null },
        latency_ms: { primary: null, shadow: null },
      },
    ]);
  });

  it('is empty where there is nothing', async () => {
    const { timeline } = await both([], {}, []);
    expect(timeline).toMatchObject({ buckets: [], running_agreement: [], latency: null });
    expect(timeline.hours_of_week.flat()).toEqual(Array.from({ length: 168 }, () => 0));
  });

  it('says nothing of accuracy where the task is a regression', async () => {
    const rows = [rowAt(0, true, { primary: { value: 1 }, shadow: { value: 1 }, truth: 2 })];
    const { timeline } = await both(rows, { task: 'regression' });
    expect(timeline.buckets[0]).toMatchObject({ compared: 1, accuracy: null });
  });

  it('puts a latency of zero into the first cell, and a wide range into few cells', async () => {
    const microseconds = [0, 0.01, 5, 1e9];
    const rows = microseconds.map((computeMicroseconds, i) =>
      rowAt(i, true, {
        primary: { label: '1', computeMicroseconds },
        shadow: { label: '1', computeMicroseconds },
      }),
    );
    const { timeline } = await both(rows);
    const { edges_ms: edges, total } = timeline.latency!;
    expect(edges.length).toBeLessThanOrEqual(97);
    expect(total.primary![0]).toBe(2);
    expect(total.primary!.at(-1)).toBe(1);
    expect(total.control).toBeNull();
  });
});
