import type { JudgedRows, JudgedSegment } from '../judgement/judged-segment.ts';
import { lateRuns } from '../judgement/late-runs.ts';
import type { Readiness } from '../report/report.ts';
import type { ReportRequest } from '../report/request.ts';
import type { ControlCounts, PairCounts } from '../rows/pair-counts.ts';
import { betaBinomialInterval } from '../statistics/beta-binomial-sequence.ts';
import type { Interval } from '../statistics/interval.ts';
import { missingEquivalence } from './equivalence-words.ts';
import { percent } from './percent-text.ts';
import { listedReasons, nameOf, type VerdictWords } from './verdict-words.ts';

/** What is missing before a promotion, the weightiest first; empty where nothing is. */
export function missingEvidence(
  overall: JudgedRows,
  segments: readonly JudgedSegment[],
  readiness: Readiness,
  control: ControlCounts | null,
  words: VerdictWords,
  request: ReportRequest,
): string[] {
  const { counts, judgement } = overall;
  if (counts.n === 0) {
    return [`No request has been compared yet, so nothing is known of ${words.shadow}.`];
  }
  const reasons: string[] = [];
  const late = lateRuns(counts, control, words, request.readiness.alpha);
  if (late !== null) reasons.push(late);
  if (request.task === 'embedding') {
    reasons.push(...missingEquivalence(overall, segments, readiness, words, request));
  } else if (counts.labelled === 0) {
    reasons.push(...agreementReasons(overall, segments, words, request));
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
    const names = undecided.slice(0, listedReasons).map(({ segment, judgement: judged }) => {
      const text = words.differenceText(judged);
      return text === null ? nameOf(segment) : `${nameOf(segment)} (${text})`;
    });
    const more = undecided.length > listedReasons ? ` and ${undecided.length - listedReasons} more` : '';
    reasons.push(
      `Undecided in ${undecided.length} of ${segments.length} declared segments: ${names.join(', ')}${more}.`,
    );
  }
  return reasons;
}

/** What can be said without a single label. */
function agreementReasons(
  { counts: { withOutcome, n, pairs }, judgement: { counts: weighted } }: JudgedRows,
  segments: readonly JudgedSegment[],
  words: VerdictWords,
  { readiness: { alpha, labelMaturityMs } }: ReportRequest,
): string[] {
  if (withOutcome === 0) {
    return [`In none of the ${count(n)} compared rows did both versions give an outcome.`];
  }
  const rate = disagreementIn(weighted, alpha);
  const young =
    pairs.n === 0
      ? `: no row is older than the label maturity of ${(labelMaturityMs / 86_400_000).toFixed(1)} days`
      : '';
  const reasons = [
    `Which version is right is unknown, since no label counts yet${young}; ${words.primary} and ${words.shadow} agree on ${percent(1 - rate.estimate, 1)} of ${count(withOutcome)} rows (${percent(1 - rate.upper, 1)} to ${percent(1 - rate.lower, 1)}).`,
  ];
  const concentrated = segments
    .filter(({ counts }) => counts.withOutcome > 0)
    .map(({ segment, judgement: { counts } }) => ({ segment, interval: disagreementIn(counts, alpha) }))
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

function disagreementIn({ withOutcome, agreed }: PairCounts, alpha: number): Interval {
  return betaBinomialInterval({ k: withOutcome - agreed, n: withOutcome }, alpha);
}

function by(eta: string | null): string {
  return eta === null ? '' : `, at this pace enough by ${eta.slice(0, 16).replace('T', ' ')} UTC`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
