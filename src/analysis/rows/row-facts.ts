import type { Task } from '../../inference/outputs/prediction.ts';
import { bucketSql } from '../statistics/latency-sketch.ts';
import { confidenceCellSql } from './confidence-cell.ts';
import { flagsSql } from './row-flags.ts';
import { taskSql } from './task-sql.ts';

const sides = ['p', 's'] as const;
type Side = (typeof sides)[number];
const parts = ['total', 'queue', 'compute'] as const;

/** Columns of the log that the facts are made of. */
export function loggedFields(task: Task): string[] {
  const ofSide = ['status', 'label', 'value', 'confidence', 'queue_us', 'compute_us', 'cpu_us'];
  return [
    ...['ts', 'role', '"row"', 'pi'],
    ...sides.flatMap((side) => ofSide.map((name) => `${side}_${name}`)),
    ...taskSql[task].columns,
    `${taskSql[task].agree} AS agree`,
  ];
}

/** What takes a look at the label, `truth`, of a `mature` row; to be selected beside the logged fields, for `factsOf`. */
export function scoresOf(task: Task): string[] {
  const { hits, error } = taskSql[task];
  return [
    ...(hits === '' ? [] : [hits]),
    ...sides.map((side) => `${error(side)} AS ${side}_error`),
    ...sides.flatMap(timesOf),
  ];
}

/**
 * Select list of what is kept of a row: `is_control`; `minute` of event time, since the epoch; `flags` (`row-flags.ts`); of both versions
 * confidence and its cell, CPU time, buckets of latency; `pi`, its inclusion probability; `log_ratio`, ln of the shadow's total latency by the primary's; and what is measured
 * of its task. Confidences have cells only where both are known.
 */
export function factsOf(task: Task): string[] {
  return [
    "role = 'control' AS is_control",
    'CAST(epoch_ms(ts) // 60000 AS INTEGER) AS minute',
    `${flagsSql(task)} AS flags`,
    ...['p_confidence', 's_confidence', 'p_cpu_us', 's_cpu_us'],
    ...sides.map(
      (side) =>
        `CASE WHEN p_confidence IS NOT NULL AND s_confidence IS NOT NULL THEN ${confidenceCellSql(`${side}_confidence`)} END AS ${side}_cell`,
    ),
    ...sides.flatMap((side) => parts.map((part) => `${bucketSql(`${side}_${part}`)} AS ${side}_${part}`)),
    'pi',
    'CASE WHEN p_total > 0 AND s_total > 0 THEN ln(s_total / p_total) END AS log_ratio',
    ...measuredOf(task),
  ];
}

/** Of a request's rows only the first counts for latencies: they share one queue and one run. */
function timesOf(side: Side): string[] {
  const timed = (part: string) => `CASE WHEN "row" = 0 AND ${side}_status = 'ok' THEN ${side}_${part}_us END`;
  return [
    `${timed('queue')} AS ${side}_queue`,
    `${timed('compute')} AS ${side}_compute`,
    `${side}_queue + ${side}_compute AS ${side}_total`,
  ];
}

function measuredOf(task: Task): string[] {
  if (task === 'classification') {
    return sides.map((side) => `CASE WHEN agree IS NOT NULL THEN ${side}_label END AS ${side}_label`);
  }
  if (task === 'regression') return ['p_error', 's_error'];
  return [`${taskSql[task].dissimilarity} AS dissimilarity`, 'p_value', 's_value'];
}
