import {
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  TIMESTAMP,
  timestampValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { ComparisonBatch, ObservationColumns } from './comparison-batch.ts';

/** Raised when a column changes its meaning; new columns need no new version, readers unite by name. */
export const comparisonSchemaVersion = 1;

/** What a batch holds of one column: an array entry per row, or one value for all. */
export type ColumnValues = readonly DuckDBValue[] | { readonly everyRow: DuckDBValue };

export interface ComparisonColumn {
  readonly name: string;
  readonly type: DuckDBType;
  readonly read: (batch: ComparisonBatch) => ColumnValues;
}

function column(name: string, type: DuckDBType, read: ComparisonColumn['read']): ComparisonColumn {
  return { name, type, read };
}

function originColumn(name: string, read: (origin: ComparisonBatch['origin']) => string): ComparisonColumn {
  return column(name, VARCHAR, (batch) => ({ everyRow: read(batch.origin) }));
}

function observationColumns(
  prefix: 'p' | 's',
  read: (batch: ComparisonBatch) => ObservationColumns,
): ComparisonColumn[] {
  return [
    column(`${prefix}_status`, VARCHAR, (batch) => read(batch).status),
    column(`${prefix}_error_code`, VARCHAR, (batch) => read(batch).errorCode),
    column(`${prefix}_label`, VARCHAR, (batch) => read(batch).label),
    column(`${prefix}_value`, DOUBLE, (batch) => read(batch).value),
    column(`${prefix}_confidence`, DOUBLE, (batch) => read(batch).confidence),
    column(`${prefix}_probabilities`, VARCHAR, (batch) => read(batch).probabilities),
    column(`${prefix}_items`, VARCHAR, (batch) => read(batch).items ?? { everyRow: null }),
    column(`${prefix}_queue_us`, DOUBLE, (batch) => read(batch).queueMicroseconds),
    column(`${prefix}_compute_us`, DOUBLE, (batch) => read(batch).computeMicroseconds),
    column(`${prefix}_cpu_us`, DOUBLE, (batch) => read(batch).cpuMicroseconds),
  ];
}

/** The record as docs/comparison-log.md lists it, without the segments: they come as they appear. */
export const comparisonColumns: readonly ComparisonColumn[] = [
  column('schema_version', INTEGER, () => ({ everyRow: comparisonSchemaVersion })),
  column('event_id', VARCHAR, (batch) => batch.eventId),
  column('request_id', VARCHAR, (batch) => batch.requestId),
  column('row', INTEGER, (batch) => batch.row),
  column('entity_hash', VARCHAR, (batch) => batch.entityHash),
  column('ts', TIMESTAMP, (batch) => batch.timestampMs.map(timestampOf)),
  originColumn('model', (origin) => origin.model),
  originColumn('primary_version', (origin) => origin.primaryVersion),
  originColumn('shadow_version', (origin) => origin.shadowVersion),
  originColumn('role', (origin) => origin.role),
  originColumn('primary_sha256', (origin) => origin.primarySha256),
  originColumn('shadow_sha256', (origin) => origin.shadowSha256),
  column('pi', DOUBLE, (batch) => batch.pi),
  originColumn('sample_salt', (origin) => origin.sampleSalt),
  originColumn('task', (origin) => origin.task),
  ...observationColumns('p', (batch) => batch.primary),
  ...observationColumns('s', (batch) => batch.shadow),
  column('agree', BOOLEAN, (batch) => batch.agree),
  column('abs_diff', DOUBLE, (batch) => batch.absDiff),
  column('cosine', DOUBLE, (batch) => batch.cosine),
  column('overlap', DOUBLE, (batch) => batch.overlap ?? { everyRow: null }),
  column('input_hash', VARCHAR, (batch) => batch.inputHash),
  column('features', VARCHAR, (batch) => batch.features),
];

export function segmentColumn(columnName: string): ComparisonColumn {
  const segment = columnName.slice('seg_'.length);
  return column(columnName, VARCHAR, (batch) => batch.segments[segment] ?? { everyRow: null });
}

/** DuckDB counts microseconds since the epoch; no zone, read as UTC. */
export function timestampOf(milliseconds: number): DuckDBValue {
  return timestampValue(BigInt(Math.round(milliseconds * 1000)));
}
