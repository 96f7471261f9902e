import type { Task } from '../../inference/outputs/prediction.ts';
import { taskSql } from './task-sql.ts';

/**
 * Yes-or-no properties of a compared row, each a bit of one number, in this order. Rows are counted by that number: DuckDB then keeps one
 * count for each mix of properties that occurs, a few dozen, in place of one filtered count for each property: a third of the time.
 *
 * `confident`: both versions gave a confidence. `mature`: both gave an outcome, and the event is older than the label maturity; `labelled`
 * are those of these with a label. `measured`: the similarity of the two outcomes is known; `far`: they have so little in common that
 * the pair weighs on the mean.
 */
export const rowFlags = [
  ...(['with_outcome', 'agreed', 'p_failed', 's_failed', 's_late', 'p_cpu_known', 's_cpu_known'] as const),
  ...(['confident', 'mature', 'labelled', 'disagreements', 'labelled_disagreements'] as const),
  ...(['gains', 'losses', 'p_right', 's_right', 'measured', 'far'] as const),
] as const;
export type RowFlag = (typeof rowFlags)[number];

/** SQL for the number, over a row of the log with `mature` and `truth`, what its label says if it is mature. */
export function flagsSql(task: Task): string {
  const { unequal, primaryWins, shadowWins, right, dissimilarity, far } = taskSql[task];
  const conditions: Readonly<Record<RowFlag, string>> = {
    with_outcome: 'agree IS NOT NULL',
    agreed: 'agree',
    p_failed: "p_status <> 'ok'",
    s_failed: "s_status <> 'ok'",
    s_late: "s_status = 'timeout'",
    p_cpu_known: "p_status = 'ok' AND p_cpu_us IS NOT NULL",
    s_cpu_known: "s_status = 'ok' AND s_cpu_us IS NOT NULL",
    confident: 'p_confidence IS NOT NULL AND s_confidence IS NOT NULL',
    mature: 'mature',
    labelled: 'truth IS NOT NULL',
    disagreements: `mature AND ${unequal}`,
    labelled_disagreements: `truth IS NOT NULL AND ${unequal}`,
    gains: shadowWins,
    losses: primaryWins,
    p_right: right('p'),
    s_right: right('s'),
    measured: dissimilarity === null ? 'false' : `${dissimilarity} IS NOT NULL`,
    far,
  };
  const bits = rowFlags.map((flag) => `CASE WHEN ${conditions[flag]} THEN ${bitOf(flag)} ELSE 0 END`);
  return bits.join(' + ');
}

/** SQL for whether a row, or a group of rows, with the column `flags` has this property. */
export function has(flag: RowFlag): string {
  return `flags & ${bitOf(flag)} <> 0`;
}

function bitOf(flag: RowFlag): number {
  return 2 ** rowFlags.indexOf(flag);
}
