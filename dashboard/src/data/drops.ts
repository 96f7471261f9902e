import type { TrafficReport } from '../../../src/analysis/report/report.ts';

export type DropReason = keyof TrafficReport['dropped'];

/** What each reason means, and what to do about it. */
export const dropWords: Readonly<Record<DropReason, { readonly title: string; readonly sentence: string }>> =
  {
    queue_full: {
      title: 'queue full',
      sentence:
        'The shadow’s queue had no room. Traffic came faster than the shadow runs: sample less, or give it more CPU.',
    },
    deadline: {
      title: 'deadline',
      sentence:
        'It waited in the shadow’s queue for longer than its deadline. Sample less, or give it more CPU.',
    },
    stalled: {
      title: 'stalled',
      sentence: 'A run of the shadow hung. It gets no traffic until the run ends or its worker is replaced.',
    },
    breaker: {
      title: 'circuit breaker',
      sentence: 'The shadow failed so often that it is left alone for a while. Look at its errors.',
    },
    budget: {
      title: 'governor',
      sentence:
        'The governor held it back: in a short pause that measures interference, or since the shadow slows the primary down by more than its budget.',
    },
  };

export interface Drop {
  readonly reason: DropReason;
  readonly rows: number;
  /** Of the sampled rows, in [0, 1]; 0 where none was sampled. */
  readonly share: number;
}

/** Every reason, the most frequent first; those that never happened keep their order at the end. */
export function dropsOf({ dropped, sampled }: TrafficReport): Drop[] {
  const reasons = Object.keys(dropWords) as DropReason[];
  return reasons
    .map((reason) => ({
      reason,
      rows: dropped[reason],
      share: sampled === 0 ? 0 : dropped[reason] / sampled,
    }))
    .toSorted((a, b) => b.rows - a.rows);
}
