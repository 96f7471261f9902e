import type { Verdict } from '../../../src/analysis/report/report.ts';

/** How a decision is said in large letters, and what it means for the version. */
export const verdicts: Record<
  Verdict['decision'],
  { readonly words: string; readonly meaning: (shadow: string) => string }
> = {
  promote: { words: 'Promote', meaning: (shadow) => `v${shadow} may go on stage.` },
  keep_shadowing: { words: 'Keep shadowing', meaning: (shadow) => `v${shadow} may not go on stage yet.` },
  reject: { words: 'Reject', meaning: (shadow) => `v${shadow} may not go on stage.` },
};
