import { DuckDBTimestampValue } from '@duckdb/node-api';
import type { LogReader } from '../../src/log/comparison-log.ts';
import { openMemoryDatabase } from './duckdb-query.ts';

/** One compared row, of which a test states only what matters to it. */
export interface SimulatedRow {
  readonly requestId: string;
  readonly row?: number;
  readonly timestampMs: number;
  readonly segments: Readonly<Record<string, string | null>>;
  readonly entity?: string | null;
  readonly role?: 'shadow' | 'control';
  readonly pi?: number;
  readonly primary: SimulatedSide;
  readonly shadow: SimulatedSide;
  /** Of embeddings, which agree from 0.99 on; of rankings, which agree when it is 1. */
  readonly cosine?: number;
  readonly overlap?: number;
  /** Null where no label has arrived. */
  readonly truth: string | number | null;
}

export interface SimulatedSide {
  readonly status?: 'ok' | 'error' | 'timeout';
  readonly label?: string;
  readonly value?: number;
  readonly confidence?: number;
  readonly items?: readonly string[];
  readonly queueMicroseconds?: number;
  readonly computeMicroseconds?: number;
  readonly cpuMicroseconds?: number;
}

/** Rows of all traffic in one hour with the given segment values; dropped rows by reason. */
export interface SimulatedTraffic {
  readonly timestampMs: number;
  readonly segments: Readonly<Record<string, string | null>>;
  readonly rows: number;
  readonly sampled?: number;
  readonly queueFull?: number;
  readonly primaryErrors?: number;
}

const sideColumns = (
  side: 'p' | 's',
) => `${side}_status VARCHAR, ${side}_error_code VARCHAR, ${side}_label VARCHAR,
  ${side}_value DOUBLE, ${side}_confidence DOUBLE, ${side}_probabilities VARCHAR, ${side}_items VARCHAR, ${side}_queue_us DOUBLE,
  ${side}_compute_us DOUBLE, ${side}_cpu_us DOUBLE`;

/** Tables of the shape of the log's views, in memory, with the rows in them; for model `fraud`, 7 against 8. */
export async function simulatedLog(
  columns: readonly string[],
  rows: readonly SimulatedRow[],
  traffic: readonly SimulatedTraffic[],
): Promise<LogReader & Disposable> {
  const database = await openMemoryDatabase();
  const { connection } = database;
  const segments = columns.map((column) => `, "seg_${column.replaceAll('"', '""')}" VARCHAR`).join('');
  await connection.run(`CREATE TABLE comparisons (schema_version INTEGER, event_id VARCHAR, request_id VARCHAR,
    "row" INTEGER, entity_hash VARCHAR, ts TIMESTAMP, model VARCHAR, primary_version VARCHAR, shadow_version VARCHAR,
    role VARCHAR, primary_sha256 VARCHAR, shadow_sha256 VARCHAR, pi DOUBLE, sample_salt VARCHAR, task VARCHAR,
    ${sideColumns('p')}, ${sideColumns('s')}, agree BOOLEAN, abs_diff DOUBLE, cosine DOUBLE, overlap DOUBLE, input_hash VARCHAR,
    features VARCHAR${segments})`);
  await connection.run(`CREATE TABLE labels (model VARCHAR, request_id VARCHAR, "row" INTEGER, label VARCHAR,
    value DOUBLE, label_ts TIMESTAMP, received_ts TIMESTAMP, seq BIGINT)`);
  await connection.run('CREATE VIEW latest_labels AS SELECT * FROM labels');
  await connection.run(`CREATE TABLE traffic (hour TIMESTAMP, model VARCHAR, primary_version VARCHAR,
    shadow_version VARCHAR, role VARCHAR, n_requests BIGINT, n_all BIGINT, n_sampled BIGINT, n_primary_errors BIGINT,
    n_dropped_queue_full BIGINT, n_dropped_deadline BIGINT, n_dropped_stalled BIGINT, n_dropped_breaker BIGINT,
    n_dropped_budget BIGINT${segments})`);

  type Cell = string | number | bigint | boolean | null | DuckDBTimestampValue;
  const append = async (table: string, cells: readonly (readonly Cell[])[]) => {
    const appender = await connection.createAppender(table);
    for (const row of cells) {
      for (const cell of row) {
        if (cell === null) appender.appendNull();
        else if (typeof cell === 'string') appender.appendVarchar(cell);
        else if (typeof cell === 'boolean') appender.appendBoolean(cell);
        else if (typeof cell === 'bigint') appender.appendBigInt(cell);
        else if (typeof cell === 'number') appender.appendDouble(cell);
        else appender.appendTimestamp(cell);
      }
      appender.endRow();
    }
    appender.closeSync();
  };
  const time = (ms: number) => new DuckDBTimestampValue(BigInt(ms) * 1000n);
  const side = (it: SimulatedSide): Cell[] => [
    it.status ?? 'ok',
    it.status === 'error' ? 'EXECUTION_FAILED' : it.status === 'timeout' ? 'DEADLINE_EXCEEDED' : null,
    it.label ?? null,
    it.value ?? null,
    it.confidence ?? null,
    null,
    it.items === undefined ? null : JSON.stringify(it.items),
    it.queueMicroseconds ?? 0,
    it.computeMicroseconds ?? 0,
    it.cpuMicroseconds ?? 0,
  ];
  await append(
    'comparisons',
    rows.map((row, index) => {
      const control = row.role === 'control';
      const failed = [row.primary, row.shadow].some(({ status = 'ok' }) => status !== 'ok');
      const { cosine, overlap } = row;
      const same = row.primary.label === row.shadow.label && row.primary.value === row.shadow.value;
      const agree = cosine === undefined ? (overlap ?? Number(same)) === 1 : cosine >= 0.99;
      return [
        1,
        `e${index}`,
        row.requestId,
        row.row ?? 0,
        row.entity ?? null,
        time(row.timestampMs),
        'fraud',
        '7',
        control ? '7' : '8',
        row.role ?? 'shadow',
        'a',
        'b',
        row.pi ?? 1,
        'salt',
        'classification',
        ...side(row.primary),
        ...side(row.shadow),
        failed ? null : agree,
        null,
        failed ? null : (cosine ?? null),
        failed ? null : (overlap ?? null),
        null,
        null,
        ...columns.map((column) => row.segments[column] ?? null),
      ];
    }),
  );
  const labelled = rows.filter((row) => row.truth !== null && row.role !== 'control');
  await append(
    'labels',
    labelled.map((row, index) => [
      'fraud',
      row.requestId,
      row.row ?? 0,
      typeof row.truth === 'string' ? row.truth : null,
      typeof row.truth === 'number' ? row.truth : null,
      time(row.timestampMs),
      time(row.timestampMs),
      BigInt(index),
    ]),
  );
  await append(
    'traffic',
    traffic.map((count) => [
      time(Math.floor(count.timestampMs / 3_600_000) * 3_600_000),
      'fraud',
      '7',
      '8',
      'shadow',
      BigInt(count.rows),
      BigInt(count.rows),
      BigInt(count.sampled ?? count.rows),
      BigInt(count.primaryErrors ?? 0),
      BigInt(count.queueFull ?? 0),
      0n,
      0n,
      0n,
      0n,
      ...columns.map((column) => count.segments[column] ?? null),
    ]),
  );
  const { query, openSession } = database;
  return { query, openSession, [Symbol.dispose]: () => database[Symbol.dispose]() };
}
