import { BIGINT, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type { TableColumn } from './hot-table.ts';
import { dropReasons } from './traffic-count.ts';

export const trafficKeyColumns: readonly TableColumn[] = [
  { name: 'hour', type: TIMESTAMP },
  { name: 'model', type: VARCHAR },
  { name: 'primary_version', type: VARCHAR },
  { name: 'shadow_version', type: VARCHAR },
  { name: 'role', type: VARCHAR },
];

/** Sums: rows of the same key add up. */
export const trafficSumColumns: readonly TableColumn[] = [
  'n_requests',
  'n_all',
  'n_sampled',
  'n_primary_errors',
  ...dropReasons.map((reason) => `n_dropped_${reason}`),
].map((name) => ({ name, type: BIGINT }));

export const trafficColumns: readonly TableColumn[] = [...trafficKeyColumns, ...trafficSumColumns];
