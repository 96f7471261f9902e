import { betaBinomialInterval } from '../statistics/beta-binomial-sequence.ts';
import type { PairedCounts } from '../statistics/paired-accuracy.ts';

interface LabelledRows {
  readonly pairs: Pick<PairedCounts, 'disagreements' | 'labelledDisagreements'>;
}

/**
 * Whether in some segment disagreements are labelled more often, or less, than in all other rows, beyond what chance explains.
 * Then labelled rows are no fair sample of all, and what is estimated from them must be weighted by traffic.
 */
export function labelsVary(
  { pairs: all }: LabelledRows,
  segments: readonly { readonly counts: LabelledRows }[],
  alpha: number,
): boolean {
  return segments.some(({ counts: { pairs } }) => {
    const { disagreements, labelledDisagreements } = pairs;
    const rest = all.disagreements - disagreements;
    if (disagreements === 0 || rest === 0) return false;
    const here = betaBinomialInterval({ k: labelledDisagreements, n: disagreements }, alpha);
    const elsewhere = betaBinomialInterval(
      { k: all.labelledDisagreements - labelledDisagreements, n: rest },
      alpha,
    );
    return here.lower > elsewhere.upper || here.upper < elsewhere.lower;
  });
}
