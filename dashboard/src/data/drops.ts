import type { TrafficReport } from '../../../src/analysis/report/report.ts';

export type DropReason = keyof TrafficReport['dropped'];

const reasons: readonly DropReason[] = ['queue_full', 'deadline', 'stalled', 'breaker', 'budget'];

export interface Drop {
  readonly reason: DropReason;
  readonly rows: number;
  /** Of the sampled rows, in [0, 1]; 0 where none was sampled. */
  readonly share: number;
}

/** Every reason, the most frequent first; those that never happened keep their order at the end. */
export function dropsOf({ dropped, sampled }: TrafficReport): Drop[] {
  return reasons
    .map((reason) => ({
      reason,
      rows: dropped[reason],
      share: sampled === 0 ? 0 : dropped[reason] / sampled,
    }))
    .toSorted((a, b) => b.rows - a.rows);
}
