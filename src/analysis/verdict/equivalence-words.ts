import type { JudgedRows, JudgedSegment } from '../judgement/judged-segment.ts';
import type { Readiness } from '../report/report.ts';
import type { ReportRequest } from '../report/request.ts';
import type { Interval } from '../statistics/interval.ts';
import { listedReasons, nameOf, type VerdictWords } from './verdict-words.ts';

/** Lengths that differ by more than this are told: what compares vectors by dot product would notice. */
const notableLength = 0.01;

/** Why an embedding may be promoted: on nothing but that it gives the same vectors. */
export function equivalenceReasons(
  { counts, judgement }: JudgedRows,
  segments: readonly JudgedSegment[],
  { primary, shadow }: VerdictWords,
  { readiness: { alpha, margin } }: ReportRequest,
): string[] {
  const reasons = [
    `The vectors of ${shadow} are equivalent to those of ${primary}: their mean cosine similarity is ${inBrackets(judgement.similarity, alpha)}, for certain at least ${least(margin)}. Whether they serve better is not known, and is no ground of this.`,
  ];
  if (segments.length > 0) {
    reasons.push(`The same holds in every one of the ${segments.length} declared segments.`);
  }
  const { primaryLength, shadowLength } = counts.similarity;
  if (primaryLength && shadowLength && Math.abs(shadowLength / primaryLength - 1) > notableLength) {
    reasons.push(
      `Their lengths differ, ${shadowLength.toPrecision(4)} on average against ${primaryLength.toPrecision(4)}: what compares them by dot product will notice.`,
    );
  }
  return reasons;
}

/** What is missing before two embeddings may be called equivalent, the weightiest first. */
export function missingEquivalence(
  { counts, judgement }: JudgedRows,
  segments: readonly JudgedSegment[],
  { power }: Readiness,
  { primary, shadow }: VerdictWords,
  { readiness: { alpha, margin } }: ReportRequest,
): string[] {
  const { similarity } = judgement;
  if (similarity === null) {
    return [`In none of the ${count(counts.n)} compared rows did both versions give a vector.`];
  }
  const reasons: string[] = [];
  if (judgement.status === 'undecided') {
    const known = `mean cosine similarity ${inBrackets(similarity, alpha)}, and it takes at least ${least(margin)}`;
    reasons.push(
      similarity.upper < 1 - margin
        ? `${shadow} gives other vectors than ${primary}: ${known}. Whether they are better cannot be told from them: measure what is built on them, and do not mix the two.`
        : `That ${shadow} gives the same vectors as ${primary} is not certain yet: ${known}.`,
    );
  }
  const undecided = segments.filter((segment) => segment.judgement.status === 'undecided');
  if (undecided.length > 0) {
    const names = undecided.slice(0, listedReasons).map(({ segment, judgement: judged }) => {
      if (judged.similarity === null) return nameOf(segment);
      const { similarity: own } = judged;
      return `${nameOf(segment)} (${digits(own.estimate)}, ${intervalText(own, alpha)})`;
    });
    const more = undecided.length > listedReasons ? ` and ${undecided.length - listedReasons} more` : '';
    reasons.push(
      `Not certain to be the same in ${undecided.length} of ${segments.length} declared segments: ${names.join(', ')}${more}.`,
    );
  }
  if (!power.ready) {
    reasons.push(
      power.needed === null
        ? `How many rows it takes to see a mean similarity below ${least(margin)} cannot be told yet.`
        : `To see a mean similarity below ${least(margin)} takes ${count(power.needed)} rows; there are ${count(power.have)}.`,
    );
  }
  return reasons;
}

function inBrackets(similarity: Interval | null, alpha: number): string {
  if (similarity === null) return 'not known';
  return `${digits(similarity.estimate)} (${intervalText(similarity, alpha)})`;
}

function intervalText({ lower, upper }: Interval, alpha: number): string {
  return `${Number(((1 - alpha) * 100).toFixed(1))}% anytime interval ${digits(lower)} to ${digits(upper)}`;
}

function digits(value: number): string {
  return value.toFixed(4).replace('-', '−');
}

/** The mean similarity that is asked for. */
function least(margin: number): string {
  return String(Number((1 - margin).toFixed(4)));
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
