import type { JudgedRows, JudgedSegment } from '../judgement/judged-segment.ts';
import { asGain, type Judgement } from '../judgement/judgement.ts';
import type { Readiness, Verdict } from '../report/report.ts';
import type { ReportRequest } from '../report/request.ts';
import type { ControlCounts } from '../rows/pair-counts.ts';
import type { JudgedSlice } from '../slices/judged-slice.ts';
import { betaBinomialInterval } from '../statistics/beta-binomial-sequence.ts';
import { equivalenceReasons } from './equivalence-words.ts';
import { missingEvidence } from './missing-evidence.ts';
import { percent } from './percent-text.ts';
import { sliceReasons } from './slice-reasons.ts';
import { listedReasons, nameOf, type VerdictWords, verdictWords } from './verdict-words.ts';

/**
 * `segments` and `slices` worst first, `control` all rows of the control. A good overall with one regressed segment or
 * slice is never `promote`.
 */
export function verdictOf(
  overall: JudgedRows,
  segments: readonly JudgedSegment[],
  slices: readonly JudgedSlice[],
  readiness: Readiness,
  control: ControlCounts | null,
  request: ReportRequest,
): Verdict {
  const words = verdictWords(request);
  const rejected = rejections(overall, segments, slices, words, request);
  if (rejected.length > 0) return { decision: 'reject', reasons: rejected };
  const missing = missingEvidence(overall, segments, readiness, control, words, request);
  if (missing.length > 0) return { decision: 'keep_shadowing', reasons: missing };
  if (request.task === 'embedding') {
    return { decision: 'promote', reasons: equivalenceReasons(overall, segments, words, request) };
  }
  const bounds = words.differenceText(overall.judgement) ?? 'the two hardly ever differ';
  const better = segments.filter(({ judgement }) => judgement.status === 'better').length;
  const reasons = [
    `${words.shadow} is no worse than ${words.primary} by more than ${words.marginText} overall (${bounds}).`,
  ];
  if (segments.length > 0) {
    reasons.push(
      `The same holds in every one of the ${segments.length} declared segments; in ${better} of them it is better beyond doubt.`,
    );
  }
  return { decision: 'promote', reasons };
}

function rejections(
  overall: JudgedRows,
  segments: readonly JudgedSegment[],
  slices: readonly JudgedSlice[],
  words: VerdictWords,
  { task, readiness: { alpha, margin } }: ReportRequest,
): string[] {
  const reasons: string[] = [];
  const regressed = segments.filter(({ judgement }) => judgement.status === 'regressed');
  for (const { segment, trafficShare, judgement } of regressed.slice(0, listedReasons)) {
    if (judgement.difference === null) continue;
    const weight = trafficShare === null ? '' : `, ${percent(trafficShare, 1)} of traffic`;
    reasons.push(
      `${nameOf(segment)}: ${words.worse(judgement.difference)}${weight}${besideOverall(task, overall.judgement, words)}.`,
    );
  }
  if (regressed.length > listedReasons)
    reasons.push(`${regressed.length - listedReasons} more declared segments have regressed.`);
  const beside = besideOverall(task, overall.judgement, words);
  reasons.push(...sliceReasons(slices, task, overall.judgement, segments, words, beside));
  if (overall.judgement.status === 'regressed' && overall.judgement.difference !== null) {
    const { difference } = overall.judgement;
    reasons.push(`Overall ${words.worse(difference)}.`);
  }
  const { n, primaryErrors, shadowErrors, shadowTimeouts } = overall.judgement.counts;
  const primaryRate = betaBinomialInterval({ k: primaryErrors, n }, alpha);
  // A shadow runs on what CPU is left: a run that is late may be the machine's fault, and does not reject.
  const shadowRate = betaBinomialInterval({ k: shadowErrors - shadowTimeouts, n }, alpha);
  if (n > 0 && shadowRate.lower - primaryRate.upper > margin) {
    reasons.push(
      `${words.shadow} fails on ${percent(shadowRate.estimate, 2)} of the compared rows (at least ${percent(shadowRate.lower, 2)}), ${words.primary} on ${percent(primaryRate.estimate, 2)} (at most ${percent(primaryRate.upper, 2)}).`,
    );
  }
  return reasons;
}

function besideOverall(task: ReportRequest['task'], { difference }: Judgement, words: VerdictWords): string {
  if (difference === null) return '';
  const hides = asGain(task, difference).estimate > 0 ? ', which hides this' : '';
  return `; overall it is ${words.estimateText(difference.estimate)}${hides}`;
}
