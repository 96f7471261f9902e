import type { Task } from '../../inference/outputs/prediction.ts';
import { betaBinomialInterval } from '../statistics/beta-binomial-sequence.ts';
import type { Interval } from '../statistics/interval.ts';
import type { BucketSums } from './bucket-sums.ts';
import type { TimelineBucket } from './timeline.ts';

type Figures = Pick<TimelineBucket, 'agreement' | 'errors' | 'accuracy'>;

/** What the sums say: shares are of the weighted rows, and intervals those of as many rows as Kish's effective number. */
export function figuresOf(sums: BucketSums, task: Task, alpha: number): Figures {
  const { n } = sums;
  const errors = (name: 'p_failed' | 's_failed') => {
    if (n.rows === 0) return null;
    const { estimate, lower, upper } = intervalOf(sums, name, 'rows', alpha);
    return { rate: estimate, lower, upper };
  };
  return {
    agreement: agreementOf(sums, alpha),
    errors: { primary: errors('p_failed'), shadow: errors('s_failed') },
    accuracy:
      n.labelled === 0 || task === 'regression'
        ? null
        : {
            n: n.labelled,
            primary: shareOf(sums, 'p_right', 'labelled'),
            shadow: shareOf(sums, 's_right', 'labelled'),
          },
  };
}

/** Null without a pair of outcomes. */
export function agreementOf(sums: BucketSums, alpha: number): Interval | null {
  return sums.n.with_outcome === 0 ? null : intervalOf(sums, 'agreed', 'with_outcome', alpha);
}

type Counted = keyof BucketSums['n'];

function intervalOf(sums: BucketSums, name: Counted, base: Counted, alpha: number): Interval {
  const effective = sums.weight[base] ** 2 / sums.squared[base];
  return betaBinomialInterval({ k: shareOf(sums, name, base) * effective, n: effective }, alpha);
}

/** In [0, 1]; weights add up with rounding errors. */
function shareOf({ weight }: BucketSums, name: Counted, base: Counted): number {
  return Math.min(1, weight[name] / weight[base]);
}
