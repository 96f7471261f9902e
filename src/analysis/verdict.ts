import { betaBinomialInterval } from './beta-binomial-sequence.ts';
import { asGain, type Judgement } from './judgement.ts';
import type { PairCounts } from './pair-counts.ts';
import { percent, signed, unsignedPoints } from './percent-text.ts';
import type { Readiness, Segment, Verdict } from './report.ts';
import type { ReportRequest } from './report-request.ts';

/** One declared segment as the verdict sees it. */
export interface JudgedSegment {
  readonly segment: Segment;
  readonly trafficShare: number | null;
  readonly counts: PairCounts;
  readonly judgement: Judgement;
}

/** More of a kind than this are counted, not listed. */
const listed = 5;

/** `segments` worst first. A good overall with one regressed segment is never `promote`. */
export function verdictOf(
  overall: { readonly counts: PairCounts; readonly judgement: Judgement },
  segments: readonly JudgedSegment[],
  readiness: Readiness,
  request: ReportRequest,
): Verdict {
  const words = wording(request);
  const rejected = rejections(overall, segments, words, request);
  if (rejected.length > 0) return { decision: 'reject', reasons: rejected };
  const missing = missingEvidence(overall, segments, readiness, words, request);
  if (missing.length > 0) return { decision: 'keep_shadowing', reasons: missing };
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

function wording({ primaryVersion, shadowVersion, task, readiness }: ReportRequest) {
  const level = `${percent(1 - readiness.alpha, 0)} anytime interval`;
  const primary = `v${primaryVersion}`;
  const shadow = `v${shadowVersion}`;
  const classification = task === 'classification';
  const amount = (value: number) => (classification ? signed(value * 100, 1) : signed(value, 4));
  const unit = classification ? ' points' : '';
  const interval = ({ lower, upper }: { lower: number; upper: number }) =>
    `${level} ${amount(lower)} to ${amount(upper)}`;
  return {
    primary,
    shadow,
    marginText: classification
      ? `${unsignedPoints(readiness.margin)} points`
      : `${percent(readiness.margin, 1)} of its mean absolute error`,
    estimateText: (estimate: number) => `${amount(estimate)}${unit}`,
    differenceText: ({ difference }: Judgement) =>
      difference === null ? null : `${amount(difference.estimate)}${unit}, ${interval(difference)}`,
    worse: (estimate: number, bounds: { lower: number; upper: number }) =>
      classification
        ? `${shadow} is right ${unsignedPoints(-estimate)} points less often than ${primary} (${interval(bounds)})`
        : `the mean absolute error of ${shadow} is ${amount(estimate)} against ${primary} (${interval(bounds)})`,
  };
}

type Words = ReturnType<typeof wording>;

export function nameOf({ column, value }: Segment): string {
  return `${column}=${value}`;
}

function rejections(
  overall: { readonly counts: PairCounts; readonly judgement: Judgement },
  segments: readonly JudgedSegment[],
  words: Words,
  { task, readiness: { alpha, margin } }: ReportRequest,
): string[] {
  const reasons: string[] = [];
  const regressed = segments.filter(({ judgement }) => judgement.status === 'regressed');
  for (const { segment, trafficShare, judgement } of regressed.slice(0, listed)) {
    if (judgement.difference === null) continue;
    const weight = trafficShare === null ? '' : `, ${percent(trafficShare, 1)} of traffic`;
    reasons.push(
      `${nameOf(segment)}: ${words.worse(judgement.difference.estimate, judgement.difference)}${weight}${besideOverall(task, overall.judgement, words)}.`,
    );
  }
  if (regressed.length > listed)
    reasons.push(`${regressed.length - listed} more declared segments have regressed.`);
  if (overall.judgement.status === 'regressed' && overall.judgement.difference !== null) {
    const { difference } = overall.judgement;
    reasons.push(`Overall ${words.worse(difference.estimate, difference)}.`);
  }
  const { n, primaryErrors, shadowErrors } = overall.counts;
  const primaryRate = betaBinomialInterval({ k: primaryErrors, n }, alpha);
  const shadowRate = betaBinomialInterval({ k: shadowErrors, n }, alpha);
  if (n > 0 && shadowRate.lower - primaryRate.upper > margin) {
    reasons.push(
      `${words.shadow} fails on ${percent(shadowRate.estimate, 2)} of the compared rows (at least ${percent(shadowRate.lower, 2)}), ${words.primary} on ${percent(primaryRate.estimate, 2)} (at most ${percent(primaryRate.upper, 2)}).`,
    );
  }
  return reasons;
}

function besideOverall(task: ReportRequest['task'], { difference }: Judgement, words: Words): string {
  if (difference === null) return '';
  const hides = asGain(task, difference).estimate > 0 ? ', which hides this' : '';
  return `; overall it is ${words.estimateText(difference.estimate)}${hides}`;
}

/** What is missing before a promotion, the weightiest first; empty where nothing is. */
function missingEvidence(
  overall: { readonly counts: PairCounts; readonly judgement: Judgement },
  segments: readonly JudgedSegment[],
  readiness: Readiness,
  words: Words,
  request: ReportRequest,
): string[] {
  const { counts, judgement } = overall;
  if (counts.n === 0) {
    return [`No request has been compared yet, so nothing is known of ${words.shadow}.`];
  }
  const reasons: string[] = [];
  if (counts.labelled === 0) {
    reasons.push(...agreementReasons(counts, segments, words, request));
  }
  if (judgement.status === 'undecided' && counts.labelled > 0) {
    const known = words.differenceText(judgement);
    const why =
      known === null
        ? `in only ${counts.pairs.gains + counts.pairs.losses} labelled pairs did one version beat the other`
        : `the difference is ${known}`;
    reasons.push(`Overall a loss of more than ${words.marginText} is not ruled out: ${why}.`);
  }
  const { samples, power, coverage, labels } = readiness;
  if (!samples.ready) {
    const where = samples.smallest.segment === null ? 'There are' : `${nameOf(samples.smallest.segment)} has`;
    reasons.push(
      `${where} ${count(samples.smallest.n)} of ${count(samples.target)} compared rows${by(samples.eta)}.`,
    );
  }
  if (!power.ready && counts.labelled > 0) {
    reasons.push(
      power.needed === null
        ? `How many pairs it takes to see a loss of ${words.marginText} cannot be told yet.`
        : `To see a loss of ${words.marginText} takes ${count(power.needed)} pairs with known truth; there are ${count(power.have)}${by(power.eta)}.`,
    );
  }
  if (!labels.ready && counts.labelled > 0) {
    reasons.push(
      `${count(counts.pairs.disagreements - counts.pairs.labelledDisagreements)} of ${count(counts.pairs.disagreements)} disagreements have no label yet${by(labels.eta)}.`,
    );
  }
  if (!coverage.ready) {
    reasons.push(
      `${coverage.days.toFixed(1)} days and ${coverage.hours_of_week} of the 168 hours of the week were seen; one full cycle is ${coverage.cycle_days} days${by(coverage.eta)}.`,
    );
  }
  const undecided = segments.filter((segment) => segment.judgement.status === 'undecided');
  if (undecided.length > 0 && counts.labelled > 0) {
    const names = undecided.slice(0, listed).map(({ segment, judgement: judged }) => {
      const text = words.differenceText(judged);
      return text === null ? nameOf(segment) : `${nameOf(segment)} (${text})`;
    });
    const more = undecided.length > listed ? ` and ${undecided.length - listed} more` : '';
    reasons.push(
      `Undecided in ${undecided.length} of ${segments.length} declared segments: ${names.join(', ')}${more}.`,
    );
  }
  return reasons;
}

/** What can be said without a single label. */
function agreementReasons(
  { agreed, withOutcome, n, pairs }: PairCounts,
  segments: readonly JudgedSegment[],
  words: Words,
  { readiness: { alpha, labelMaturityMs } }: ReportRequest,
): string[] {
  if (withOutcome === 0) {
    return [`In none of the ${count(n)} compared rows did both versions give an outcome.`];
  }
  const rate = betaBinomialInterval({ k: withOutcome - agreed, n: withOutcome }, alpha);
  const young =
    pairs.n === 0
      ? `: no row is older than the label maturity of ${(labelMaturityMs / 86_400_000).toFixed(1)} days`
      : '';
  const reasons = [
    `Which version is right is unknown, since no label counts yet${young}; ${words.primary} and ${words.shadow} agree on ${percent(agreed / withOutcome, 1)} of ${count(withOutcome)} rows (${percent(1 - rate.upper, 1)} to ${percent(1 - rate.lower, 1)}).`,
  ];
  const concentrated = segments
    .filter(({ counts }) => counts.withOutcome > 0)
    .map(({ segment, counts }) => ({
      segment,
      interval: betaBinomialInterval({ k: counts.withOutcome - counts.agreed, n: counts.withOutcome }, alpha),
    }))
    .filter(({ interval }) => interval.lower > rate.upper)
    .toSorted((a, b) => b.interval.lower - a.interval.lower)
    .slice(0, 3);
  if (concentrated.length > 0) {
    const places = concentrated.map(
      ({ segment, interval }) => `${nameOf(segment)} (${percent(interval.estimate, 1)} of rows)`,
    );
    reasons.push(
      `Disagreements concentrate in ${places.join(', ')}, against ${percent(rate.estimate, 1)} overall: labels are worth most there.`,
    );
  }
  return reasons;
}

function by(eta: string | null): string {
  return eta === null ? '' : `, at this pace enough by ${eta.slice(0, 16).replace('T', ' ')} UTC`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
