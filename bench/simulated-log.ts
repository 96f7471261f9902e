import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openComparisonLog } from '../src/log/open-comparison-log.ts';
import type { Logger } from '../src/logger.ts';
import { benchSegments, comparisonBatch } from './comparison-batches.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 10, 16);
/** A week, as the readiness cycle wants it. */
const hours = 168;

/** When the simulated week is over. */
export const simulatedEndMs = startMs + hours * hourMs;
export const simulatedColumns = Object.keys(benchSegments);

export interface SimulatedLogOptions {
  /** Where `log.duckdb` and `lake/` are to be. */
  readonly directory: string;
  /** Of the shadow; the control has a hundredth of them beside it. */
  readonly rows: number;
  /** Share of the hours that is not exported to Parquet. */
  readonly hotShare: number;
  readonly logger: Logger;
}

/**
 * A week of comparisons of the model `fraud`, 7 against 8, made by DuckDB itself: four segment columns of five values,
 * entities of whom many come several times, confidences, latencies with a tail, a control, labels for nine rows in ten of which
 * some were corrected later, and traffic. Closed hours are exported as a server does it. The same rows every time.
 */
export async function writeSimulatedLog(options: SimulatedLogOptions): Promise<void> {
  const { directory, rows, hotShare, logger } = options;
  const log = await openComparisonLog({ directory, instance: 'bench', logger });
  // A row of another model makes the tables have their segment columns.
  log.append(comparisonBatch('other', 0, 1, startMs));
  const segments = Object.fromEntries(Object.entries(benchSegments).map(([name, [value]]) => [name, value]));
  log.countTraffic([
    {
      ...{
        model: 'other',
        primaryVersion: '1',
        shadowVersion: '2',
        role: 'shadow',
        hourMs: startMs,
        segments,
      },
      ...{ requests: 1, rows: 1, sampledRows: 1, primaryErrorRows: 0, droppedRows: {} },
    },
  ]);
  await log.close();

  const database = await DuckDBInstance.create(join(directory, 'log.duckdb'), { memory_limit: '4GB' });
  const connection = await database.connect();
  const statements = [comparisonsSql(rows), controlSql, labelsSql, correctionsSql, trafficSql, 'CHECKPOINT'];
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  database.closeSync();

  const closedMs = startMs + Math.round(hours * (1 - hotShare)) * hourMs;
  const exporting = await openComparisonLog({
    ...{ directory, instance: 'bench', logger },
    ...{ now: () => closedMs, exportGraceMs: 0 },
  });
  await exporting.exportClosedHours();
  await exporting.close();
}

/** A number in [0, 1) for row `i`, another one for each `salt`. */
const random = (salt: number): string => `((hash(i * 64 + ${salt}) >> 11)::DOUBLE / 9007199254740992)`;
/** Roughly normal: the sum of four uniform numbers, standardised. */
const normal = (salt: number): string =>
  `((${[0, 1, 2, 3].map((k) => random(salt + k)).join(' + ')} - 2) * 1.7320508)`;
/** The first value for 40% of the rows, the last for 4%. */
const chosen = (values: readonly string[], salt: number): string =>
  `CASE WHEN ${random(salt)} < .4 THEN '${values[0]}' WHEN ${random(salt)} < .65 THEN '${values[1]}'
     WHEN ${random(salt)} < .83 THEN '${values[2]}' WHEN ${random(salt)} < .96 THEN '${values[3]}' ELSE '${values[4]}' END`;

function comparisonsSql(rows: number): string {
  const { country, channel, device, age_band } = benchSegments;
  const probabilities = (side: string): string =>
    `format('[[0,{:.6f}],[1,{:.6f}],[2,{:.6f}]]', ${side}_confidence, (1 - ${side}_confidence) * .7, (1 - ${side}_confidence) * .3)`;
  return `INSERT INTO hot_comparisons BY NAME
    WITH drawn AS (
      SELECT i, ${random(1)} AS luck, ${random(2)} AS turn,
        ((hash(i * 64 + 3) >> 3) % 3)::VARCHAR AS truth,
        ${chosen(country, 4)} AS seg_country, ${chosen(channel, 5)} AS seg_channel,
        ${chosen(device, 6)} AS seg_device, ${chosen(age_band, 7)} AS seg_age_band,
        .5 + .5 * ${random(8)} AS p_confidence,
        greatest(.34, least(1, p_confidence + .04 * (${random(9)} - .5))) AS s_confidence,
        ${random(10)} AS failing,
        luck < .85 AS p_right,
        CASE WHEN p_right THEN turn >= CASE WHEN seg_country = '${country[4]}' THEN .17 ELSE .02 END ELSE turn < .3 END AS s_right
      FROM range(${rows}) r(i)
    ), labelled AS (
      SELECT *, (truth::INTEGER + 1) % 3 AS wrong,
        CASE WHEN p_right THEN truth ELSE wrong::VARCHAR END AS p_label,
        CASE WHEN failing > .999 THEN 'error' WHEN failing > .998 THEN 'timeout' ELSE 'ok' END AS s_status,
        CASE WHEN s_status <> 'ok' THEN NULL WHEN s_right THEN truth ELSE wrong::VARCHAR END AS s_label
      FROM drawn
    )
    SELECT 1 AS schema_version, '3f2a9c1e-shadow-8-4711.5-' || i AS event_id, md5(i::VARCHAR) AS request_id, 0 AS "row",
      CASE WHEN ${random(11)} < .95 THEN left(md5('u' || (hash(i * 64 + 12) % ${Math.ceil(rows * 0.7)})), 16) END AS entity_hash,
      make_timestamp(${startMs * 1000} + (i * ${(hours * hourMs * 1000) / rows})::BIGINT) AS ts,
      'fraud' AS model, '7' AS primary_version, '8' AS shadow_version, 'shadow' AS role,
      repeat('a', 64) AS primary_sha256, repeat('b', 64) AS shadow_sha256, 1.0::DOUBLE AS pi, 'fraud' AS sample_salt,
      'classification' AS task, 'ok' AS p_status, s_status,
      CASE s_status WHEN 'error' THEN 'EXECUTION_FAILED' WHEN 'timeout' THEN 'DEADLINE_EXCEEDED' END AS s_error_code,
      p_label, s_label, p_confidence, CASE WHEN s_status = 'ok' THEN s_confidence END AS s_confidence,
      ${probabilities('p')} AS p_probabilities, CASE WHEN s_status = 'ok' THEN ${probabilities('s')} END AS s_probabilities,
      20 * exp(.5 * ${normal(13)}) AS p_queue_us, 120 * exp(.25 * ${normal(17)}) AS p_compute_us, 90 + 10 * ${random(21)} AS p_cpu_us,
      60 * exp(.8 * ${normal(22)}) AS s_queue_us, 150 * exp(.3 * ${normal(26)}) AS s_compute_us, 110 + 10 * ${random(30)} AS s_cpu_us,
      p_label = s_label AS agree, abs(p_confidence - s_confidence) AS abs_diff,
      seg_country, seg_channel, seg_device, seg_age_band
    FROM labelled`;
}

const controlSql = `INSERT INTO hot_comparisons BY NAME
  SELECT * REPLACE ('control' AS role, '7' AS shadow_version, event_id || '-control' AS event_id, 'ok' AS s_status,
    NULL AS s_error_code, p_label AS s_label, p_confidence AS s_confidence, true AS agree, 0 AS abs_diff,
    p_compute_us * 1.1 AS s_compute_us, s_queue_us * .9 AS s_queue_us)
  FROM hot_comparisons WHERE model = 'fraud' AND hash(event_id) % 100 = 0`;

/** An hour after the event. */
const labelsSql = `INSERT INTO hot_labels BY NAME
  SELECT model, request_id, "row",
    CASE WHEN hash(request_id) % 100 < 85 THEN p_label ELSE coalesce(s_label, p_label) END AS label,
    TRY_CAST(label AS DOUBLE) AS value, ts AS label_ts, 'http' AS source,
    row_number() OVER () AS seq, ts + INTERVAL 1 HOUR AS received_ts
  FROM hot_comparisons WHERE model = 'fraud' AND role = 'shadow' AND hash(request_id) % 10 < 9`;

const correctionsSql = `INSERT INTO hot_labels BY NAME
  SELECT * REPLACE (((label::INTEGER + 1) % 3)::VARCHAR AS label, seq + 1000000000 AS seq, received_ts + INTERVAL 1 DAY AS received_ts)
  FROM hot_labels WHERE hash(request_id) % 1000 < 20`;

const trafficSql = `INSERT INTO hot_traffic BY NAME
  SELECT date_trunc('hour', ts) AS hour, model, primary_version, shadow_version, role,
    count(*) AS n_requests, count(*) AS n_all, count(*) AS n_sampled, 0 AS n_primary_errors,
    0 AS n_dropped_queue_full, 0 AS n_dropped_deadline, 0 AS n_dropped_stalled, 0 AS n_dropped_breaker, 0 AS n_dropped_budget,
    seg_country, seg_channel, seg_device, seg_age_band
  FROM hot_comparisons WHERE model = 'fraud' AND role = 'shadow' GROUP BY ALL`;
