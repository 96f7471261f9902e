import type { Status, Verdict } from '../analysis/report/report.ts';

/** How verdicts and statuses are shown: a sign and words, since colour alone tells not everyone. */
export const verdictHeadlines: Record<
  Verdict['decision'],
  { readonly sign: string; readonly words: string }
> = {
  promote: { sign: '✓', words: 'PROMOTE' },
  keep_shadowing: { sign: '…', words: 'KEEP SHADOWING' },
  reject: { sign: '✗', words: 'REJECT' },
};

export const statusSigns: Record<Status, string> = {
  regressed: '✗',
  undecided: '?',
  safe: '✓',
  better: '✓',
};
