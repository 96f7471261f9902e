import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../src/analysis/report/build-report.ts';
import { anytimeSampleSize } from '../../../src/analysis/statistics/sample-size.ts';
import { reportRequest } from '../../support/report-request.ts';
import { maskedRegression, simulateRows, trafficOfRows } from '../../support/simulated-fraud.ts';
import { simulatedLog } from '../../support/simulated-log.ts';

const dayMs = 86_400_000;

async function readinessAfter(days: number, rows: number, labelled = 1) {
  const simulated = simulateRows({ ...maskedRegression, rows, days, labelled });
  using log = await simulatedLog(['country', 'channel'], simulated, trafficOfRows(simulated));
  const nowMs = maskedRegression.startMs + days * dayMs;
  const { readiness } = await buildReport(log, reportRequest({ nowMs }));
  return { readiness, nowMs, simulated };
}

describe('readiness', () => {
  it('waits for the smallest declared segment and projects when it will be large enough', async () => {
    const { readiness, nowMs, simulated } = await readinessAfter(4, 8000);
    const brazil = simulated.filter(({ segments }) => segments.country === 'BR').length;
    expect(readiness.samples).toMatchObject({
      target: 10_000,
      smallest: { segment: { column: 'country', value: 'BR' }, n: brazil },
      ready: false,
      progress: brazil / 10_000,
    });
    const days = (Date.parse(readiness.samples.eta ?? '') - nowMs) / dayMs;
    expect(days).toBeCloseTo((4 * (10_000 - brazil)) / brazil, 0);
    expect(readiness.eta).toBe(readiness.samples.eta);
  });

  it('asks for as many pairs as watching all the time takes', async () => {
    const { readiness } = await readinessAfter(4, 8000);
    const q = readiness.power.disagreement ?? 0;
    expect(q).toBeGreaterThan(0.05);
    expect(readiness.power).toMatchObject({
      needed: anytimeSampleSize(q - 0.01 ** 2, 0.01),
      have: 8000,
      ready: false,
    });
  });

  it('takes unlabelled disagreements for no evidence', async () => {
    const { readiness } = await readinessAfter(4, 8000, 0.25);
    expect(readiness.power.have).toBeGreaterThan(1600);
    expect(readiness.power.have).toBeLessThan(2400);
    expect(readiness.labels.fraction).toBeCloseTo(0.25, 1);
  });

  it('wants a whole week with nearly all of its hours', async () => {
    const { readiness, nowMs } = await readinessAfter(4, 8000);
    expect(readiness.coverage).toMatchObject({ days: 4, hours_of_week: 96, ready: false });
    expect(readiness.coverage.progress).toBeCloseTo(4 / 7, 9);
    expect(readiness.coverage.eta).toBe(new Date(nowMs + 3 * dayMs).toISOString());
    const sparse = await readinessAfter(9, 100);
    expect(sparse.readiness.coverage.days).toBeGreaterThan(8);
    expect(sparse.readiness.coverage.ready).toBe(false);
    expect((await readinessAfter(7, 2000)).readiness.coverage.ready).toBe(true);
  });

  it('gives no date where nothing can be projected', async () => {
    const { readiness } = await readinessAfter(4, 8000, 0);
    expect(readiness.labels).toMatchObject({ ready: false, progress: 0, eta: null });
    expect(readiness.eta).toBeNull();
  });
});
