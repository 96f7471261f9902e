import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import { storedReport } from '../../src/analysis/report/stored-report.ts';
import { deploymentSchema } from '../../src/config/deployment.ts';
import type { Row } from '../../src/log/comparison-log.ts';
import { openStoredLog } from '../../src/log/stored-log.ts';
import { openTestLog, temporaryDirectory } from '../log/open-test-log.ts';
import { labelOf } from '../log/sample-records.ts';
import { openMemoryDatabase } from '../support/duckdb-query.ts';
import { batchOfRows, labelsOfRows, trafficCountsOf } from '../support/logged-rows.ts';
import { seededRandom } from '../support/random.ts';
import { simulateRows, trafficOfRows } from '../support/simulated-fraud.ts';
import type { SimulatedRow } from '../support/simulated-log.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/sql.md', import.meta.url)), 'utf8');
/** Two days before this is the moment that the page writes out. */
const now = Date.UTC(2026, 10, 26);
const { readiness } = deploymentSchema.parse({ readiness: { label_maturity: '2d' } });

/** Around that moment, with all that makes counting difficult: repeated entities, failures, missing labels, small cells. */
function difficultRows(): SimulatedRow[] {
  const random = seededRandom(7);
  const rows = simulateRows({
    rows: 4000,
    seed: 11,
    countries: {
      BR: { share: 0.01, repairs: 0.1, breaks: 0.3 },
      DE: { share: 0.59, repairs: 0.3, breaks: 0.03 },
      FR: { share: 0.4, repairs: 0.1, breaks: 0.05 },
    },
    startMs: Date.UTC(2026, 10, 23, 20),
    days: 0.25,
    labelled: 0.8,
  });
  return rows.map((row, i) => ({
    ...row,
    ...(random() < 0.5 ? { entity: `e${Math.floor(random() * 1500)}` } : {}),
    ...(random() < 0.05 ? { requestId: `r${i - 1}`, row: 1 } : {}),
    ...(random() < 0.02 ? { shadow: { status: 'error' as const } } : {}),
    ...(random() < 0.05 ? { segments: { channel: row.segments.channel ?? null } } : {}),
    pi: row.segments.country === 'BR' ? 1 : 0.25,
  }));
}

const data = temporaryDirectory();
let report: Report;
/** By heading, what its queries answer, in the order of the page. */
const answers = new Map<string, Row[][]>();

beforeAll(async () => {
  const rows = difficultRows();
  const control = rows.slice(0, 500).map(
    (row, i): SimulatedRow => ({
      ...{ ...row, role: 'control', shadow: { ...row.primary, computeMicroseconds: 90 + (i % 60) } },
    }),
  );
  {
    let clock = now - 86_400_000;
    await using opened = await openTestLog(data.path, { now: () => clock });
    const { log } = opened;
    log.append(batchOfRows(rows));
    log.append(batchOfRows(control));
    log.countTraffic(
      trafficCountsOf(trafficOfRows(rows)).map((count) => ({ ...count, rows: count.rows * 4 })),
    );
    await log.putLabels('fraud', labelsOfRows(rows));
    // Some were wrong, and are corrected.
    await log.putLabels(
      'fraud',
      rows.slice(0, 200).map(({ requestId }) => labelOf(requestId, '1')),
    );
    clock = now;
    await log.exportClosedHours();
  }
  await using stored = await openStoredLog([join(data.path, 'lake')]);
  const pair = { model: 'fraud', primary: '7', shadow: '8' };
  const window = { fromMs: null, toMs: null };
  report = await storedReport(stored, { pair, segments: {}, readiness, window, nowMs: now });

  using database = await openMemoryDatabase();
  for (const section of page.split(/^## /m).slice(1)) {
    const heading = section.slice(0, section.indexOf('\n'));
    for (const [, block] of section.matchAll(/```sql\n(.+?)```/gs)) {
      for (const statement of block!.split(';').filter((text) => text.trim() !== '')) {
        const sql = statement.replaceAll("'data/lake/", `'${data.path}/lake/`);
        const rowsOf = await database.query(sql);
        if (!/^\s*CREATE/.test(sql)) answers.set(heading, [...(answers.get(heading) ?? []), rowsOf]);
      }
    }
  }
});
afterAll(() => data[Symbol.dispose]());

const countries = () =>
  report.segments
    .filter(({ segment }) => segment.column === 'country')
    .sort((a, b) => (a.segment.value < b.segment.value ? -1 : 1));

/** Equal, but for the last digits of sums that were added in another order. */
function expectClose(found: readonly Row[] | undefined, expected: readonly Row[]): void {
  const rounded = (rows: readonly Row[]) =>
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'number' ? Number(value.toPrecision(10)) : value,
        ]),
      ),
    );
  expect(rounded(found ?? [])).toEqual(rounded(expected));
}

describe('the SQL of docs/sql.md gives the figures of the report', () => {
  it('on a log that is not simple', () => {
    expect(report.rows_of_repeated_entities).toBeGreaterThan(200);
    expect(report.overall.accuracy).toMatchObject({ n: expect.any(Number) });
    expect(report.overall.accuracy!.n).toBeLessThan(report.overall.n - 500);
    expect(report.overall.accuracy!.unlabelled).toBeGreaterThan(10);
    expect(countries().map(({ segment }) => segment.value)).toEqual(['BR', 'DE', 'FR']);
  });

  it('agreement and errors of each segment', () => {
    expectClose(
      answers.get('Agreement')?.[0],
      countries().map(({ segment, block }) => ({
        country: segment.value,
        n: block.n,
        agreement: block.agreement!.estimate,
        primary_errors: block.errors!.primary.rate,
        shadow_errors: block.errors!.shadow.rate,
      })),
    );
  });

  it('accuracy, gains, losses and bounds of each segment', () => {
    expectClose(
      answers.get('Accuracy')?.[0],
      countries().map(({ segment, block }) => {
        const { n, labelled, primary, shadow, gains, losses, unlabelled, bounds } = block.accuracy!;
        return {
          ...{
            country: segment.value,
            n,
            n_labelled: labelled,
            primary_accuracy: primary,
            shadow_accuracy: shadow,
          },
          ...{ gains, losses, unlabelled, ...bounds },
        };
      }),
    );
  });

  it('the weight of each segment in the traffic', () => {
    const shares = answers
      .get('Traffic')?.[0]
      ?.map(({ country, traffic_share }) => ({ country, traffic_share }));
    expectClose(
      shares,
      countries().map(({ segment, traffic_share }) => ({ country: segment.value, traffic_share })),
    );
  });

  it('the difference, each combination of segments weighing what it has of the traffic', () => {
    const [stratified] = answers.get('The difference under uneven sampling')?.[0] ?? [];
    expectClose([stratified!], [{ difference: report.overall.accuracy!.difference!.estimate }]);
    // Where sampling is even the other one is right; here it is not.
    const [pooled] = answers.get('Accuracy')?.[1] ?? [];
    expect(pooled?.difference).not.toBeCloseTo(Number(stratified?.difference), 6);
  });

  it('means of the confidence', () => {
    const { primary_mean, shadow_mean, difference } = report.overall.confidence!;
    expectClose(answers.get('Confidence')?.[1], [
      { primary_mean, shadow_mean, difference: difference!.estimate },
    ]);
    const [pooled] = answers.get('Confidence')?.[0] ?? [];
    expect(pooled?.primary_mean).not.toBeCloseTo(primary_mean, 6);
  });

  it('the ratio of latencies', () => {
    const [[shadow], [control]] = answers.get('Latency') as [Row[], Row[]];
    expect(report.overall.latency_ms!.ratio!.against).toBe('control');
    expect(Number(shadow?.ratio) / Number(control?.ratio_of_control)).toBeCloseTo(
      report.overall.latency_ms!.ratio!.estimate,
      9,
    );
  });
});
