import type { Report, Verdict } from '../analysis/report/report.ts';
import { harmless } from '../presentation/report-text.ts';
import { verdictHeadlines } from '../presentation/verdict-headline.ts';

/** Exit statuses of `report --gate`. Beside them 1: no verdict could be had or it could not be written; 2: wrong use. */
export const gateExitCodes = {
  promote: 0,
  keep_shadowing: 3,
  reject: 4,
} as const satisfies Record<Verdict['decision'], number>;

export const gateHelp = `
Exit status with --gate: 0 promote, 3 keep_shadowing, 4 reject, 1 no verdict could be had (no server, no shadow, …),
2 wrong use. Without it: 0 the report was printed, 1 it was not, 2 wrong use.`;

/** @throws where the answer holds no verdict that is known here: what is not understood must not pass */
export function gateExitCode({ verdict }: Report): number {
  const decision: unknown = (verdict as Verdict | undefined)?.decision;
  if (decision === 'promote' || decision === 'keep_shadowing' || decision === 'reject') {
    return gateExitCodes[decision];
  }
  throw new Error(
    'the server’s report has no verdict that this version knows; use the same version of Understudy on both sides',
  );
}

/** The verdict and its reasons, for the log of a pipeline. Ends in a newline. */
export function gateText({ verdict, model, primary, shadow }: Report): string {
  const { sign, words } = verdictHeadlines[verdict.decision];
  return [
    harmless(`${sign} ${words}  ${model}  v${primary} → v${shadow}`),
    ...verdict.reasons.map((reason) => `  - ${harmless(reason)}`),
    '',
  ].join('\n');
}
