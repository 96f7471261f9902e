import type { Judgement } from '../judgement/judgement.ts';
import type { Segment } from '../report/report.ts';
import type { ReportRequest } from '../report/request.ts';
import type { Interval } from '../statistics/interval.ts';
import { percent, signed, unsignedPoints } from './percent-text.ts';

/** How the reasons of a verdict name versions, differences and the margin, in the words of the task. */
export interface VerdictWords {
  readonly primary: string;
  readonly shadow: string;
  readonly marginText: string;
  readonly estimateText: (estimate: number) => string;
  /** The difference with its interval; null where there is none yet. */
  readonly differenceText: (judgement: Judgement) => string | null;
  /** By how much the shadow is worse, as a clause. */
  readonly worse: (difference: Interval) => string;
}

/** More of a kind than this are counted, not listed. */
export const listedReasons = 5;

export function verdictWords({
  primaryVersion,
  shadowVersion,
  task,
  k,
  readiness,
}: ReportRequest): VerdictWords {
  const level = `${Number(((1 - readiness.alpha) * 100).toFixed(1))}% anytime interval`;
  const primary = `v${primaryVersion}`;
  const shadow = `v${shadowVersion}`;
  const inPoints = task !== 'regression';
  const hits = `has the relevant item among its first ${k ?? 'items'}`;
  const amount = (value: number) => (inPoints ? signed(value * 100, 1) : signed(value, 4));
  const unit = inPoints ? ' points' : '';
  const interval = ({ lower, upper }: { lower: number; upper: number }) =>
    `${level} ${amount(lower)} to ${amount(upper)}`;
  return {
    primary,
    shadow,
    marginText: inPoints
      ? `${unsignedPoints(readiness.margin)} points`
      : `${percent(readiness.margin, 1)} of its mean absolute error`,
    estimateText: (estimate) => `${amount(estimate)}${unit}`,
    differenceText: ({ difference }) =>
      difference === null ? null : `${amount(difference.estimate)}${unit}, ${interval(difference)}`,
    worse: (difference) =>
      inPoints
        ? `${shadow} ${task === 'ranking' ? hits : 'is right'} ${unsignedPoints(-difference.estimate)} points less often than ${primary} (${interval(difference)})`
        : `the mean absolute error of ${shadow} is ${amount(difference.estimate)} against ${primary} (${interval(difference)})`,
  };
}

export function nameOf({ column, value }: Segment): string {
  return `${column}=${value}`;
}
