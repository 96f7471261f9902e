import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Report } from '../../src/analysis/report/report.ts';
import type { Row } from '../../src/log/comparison-log.ts';
import { parquetReport } from '../../src/presentation/parquet-report.ts';
import { openMemoryDatabase } from '../support/duckdb-query.ts';
import { maskedRows, simulatedReport } from '../support/simulated-report.ts';

const folder = await mkdtemp(join(tmpdir(), 'understudy-parquet-test-'));
afterAll(() => rm(folder, { recursive: true }));

/** The rows of the file, and the types of its columns. */
async function readBack(report: Report): Promise<{ rows: Row[]; types: Record<string, unknown> }> {
  const file = join(folder, 'read-back.parquet');
  await writeFile(file, await parquetReport(report));
  using database = await openMemoryDatabase();
  const described = await database.query(`DESCRIBE SELECT * FROM '${file}'`);
  return {
    rows: await database.query(`SELECT * FROM '${file}'`),
    types: Object.fromEntries(described.map(({ column_name, column_type }) => [column_name, column_type])),
  };
}

describe('the report as Parquet', async () => {
  const report = await simulatedReport(maskedRows.slice(0, 6000));
  const { rows, types } = await readBack(report);

  it('has a row for all traffic, and one for each segment in the report’s order', () => {
    expect(rows.map(({ segment_column, segment_value }) => [segment_column, segment_value])).toEqual([
      [null, null],
      ...report.segments.map(({ segment: { column, value } }) => [column, value]),
    ]);
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) {
      expect(row).toMatchObject({
        ...{ model: 'fraud', primary_version: '7', shadow_version: '8', task: 'classification' },
        decision: report.verdict.decision,
        ...{
          generated_at: report.generated_at,
          window_from: report.window.from,
          window_to: report.window.to,
        },
      });
    }
  });

  it('holds the figures of the report to the last digit', () => {
    [{ block: report.overall }, ...report.segments].forEach(({ block }, index) => {
      const { agreement, accuracy, confidence, calibration, errors, latency_ms: latency } = block;
      expect(rows[index]).toMatchObject({
        n: block.n,
        ...{
          agreement: agreement!.estimate,
          agreement_lower: agreement!.lower,
          agreement_upper: agreement!.upper,
        },
        ...{ primary_accuracy: accuracy!.primary, shadow_accuracy: accuracy!.shadow },
        ...{ labelled: accuracy!.labelled, gains: accuracy!.gains, losses: accuracy!.losses },
        accuracy_difference: accuracy!.difference?.estimate ?? null,
        accuracy_difference_upper: accuracy!.difference?.upper ?? null,
        ...{ accuracy_bound_lower: accuracy!.bounds.lower, anytime_p: accuracy!.anytime_p },
        ...{ confidence_psi: confidence!.psi, confidence_difference_lower: confidence!.difference!.lower },
        ...{ primary_ece: calibration!.primary.ece, shadow_brier: calibration!.shadow.brier },
        ...{ primary_error_rate: errors!.primary.rate, shadow_error_rate_upper: errors!.shadow.upper },
        ...{
          primary_latency_p99_ms: latency!.primary!.p99,
          shadow_latency_compute_p50_ms: latency!.shadow!.compute_p50,
        },
        ...{ latency_ratio: latency!.ratio!.estimate, latency_ratio_against: 'primary' },
        ...{ control_latency_p50_ms: null, primary_mae: null, error_n: null, similarity: null },
      });
    });
    const [, worst] = rows;
    const [{ status, evidence, traffic_share }] = report.segments as [Report['segments'][number]];
    expect(worst).toMatchObject({
      ...{ status, traffic_share, discovery: evidence.discovery },
      ...{ e_value: evidence.e_value, e_threshold: evidence.threshold },
    });
    expect(rows[0]).toMatchObject({
      status: null,
      e_value: null,
      traffic_share: 1,
      kappa: report.overall.agreement!.kappa,
    });
  });

  it('has types that programs can count on, whatever the report holds', async () => {
    expect(types).toMatchObject({
      ...{ model: 'VARCHAR', segment_value: 'VARCHAR', generated_at: 'TIMESTAMP', window_to: 'TIMESTAMP' },
      ...{
        n: 'BIGINT',
        gains: 'BIGINT',
        agreement: 'DOUBLE',
        discovery: 'BOOLEAN',
        primary_memory_bytes: 'DOUBLE',
      },
    });
    const empty = await readBack(await simulatedReport([]));
    expect(empty.types).toEqual(types);
    expect(empty.rows).toHaveLength(1);
    expect(empty.rows[0]).toMatchObject({ n: 0, agreement: null, window_from: null });
  });

  it('holds what clients sent as it is', async () => {
    const value = `'); DROP TABLE report; -- \u{1f600} "quoted"`;
    const [first] = report.segments;
    const odd = { ...report, segments: [{ ...first!, segment: { column: 'country', value } }] };
    expect((await readBack(odd)).rows[1]?.segment_value).toBe(value);
  });

  it('leaves no file behind', async () => {
    const own = await mkdtemp(join(folder, 'tmp-'));
    vi.stubEnv('TMPDIR', own);
    await parquetReport(report);
    vi.unstubAllEnvs();
    expect(await readdir(own)).toEqual([]);
  });
});
