import type { PairCounts } from '../rows/pair-counts.ts';
import { betaBinomialInterval } from '../statistics/beta-binomial-sequence.ts';
import { percent } from '../verdict/percent-text.ts';
import type { VerdictWords } from '../verdict/verdict-words.ts';

/** Rarer than this, late runs are no reason to wait: a machine has its moments. */
const negligibleRate = 0.001;

type LateCounts = Pick<PairCounts, 'n' | 'shadowTimeouts'>;

/**
 * What is to be said of runs over the deadline; null where they are few, or as common for the control. Whether the
 * version is slow or was left too little CPU only the control can tell: it runs the primary's version in the same place.
 */
export function lateRuns(
  counts: LateCounts,
  control: LateCounts | null,
  { primary, shadow }: Pick<VerdictWords, 'primary' | 'shadow'>,
  alpha: number,
): string | null {
  const rate = intervalOf(counts, alpha);
  if (rate.lower <= negligibleRate) return null;
  const seen = `In ${written(counts.shadowTimeouts)} of ${written(counts.n)} compared rows (${percent(rate.estimate, 1)}) the run of ${shadow} took longer than its deadline`;
  if (control === null || control.n === 0) {
    return `${seen}; whether it is slow or was left too little CPU is not known without a control (control: 1% in deployment.yaml): look at the CPU of the server.`;
  }
  const fair = intervalOf(control, alpha);
  const beside = `of ${primary} as control in ${written(control.shadowTimeouts)} of ${written(control.n)} (${percent(fair.estimate, 1)})`;
  if (rate.lower > fair.upper) {
    return `${seen}, that ${beside}: look at its latency and CPU per row beside the control's, and raise its deadline if it may be slower.`;
  }
  if (fair.lower > negligibleRate) return null;
  return `${seen}, that ${beside}, too few rows to say whether it is slow or was left too little CPU.`;
}

function intervalOf({ n, shadowTimeouts: k }: LateCounts, alpha: number) {
  return betaBinomialInterval({ k, n }, alpha);
}

function written(n: number): string {
  return n.toLocaleString('en-US');
}
