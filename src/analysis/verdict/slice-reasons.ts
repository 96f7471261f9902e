import type { Task } from '../../inference/outputs/prediction.ts';
import type { JudgedSegment } from '../judgement/judged-segment.ts';
import { asGain, type Judgement } from '../judgement/judgement.ts';
import type { Segment } from '../report/report.ts';
import type { JudgedSlice } from '../slices/judged-slice.ts';
import type { Interval } from '../statistics/interval.ts';
import { percent } from './percent-text.ts';
import { listedReasons, nameOf, type VerdictWords } from './verdict-words.ts';

/**
 * A sentence for each regressed slice, of so many as are listed; `besideOverall` is how it compares with all rows. Where all rows
 * have regressed, or a segment that the slice lies in, most slices of them have, too, and only those that are worse beyond doubt are
 * news.
 */
export function sliceReasons(
  slices: readonly JudgedSlice[],
  task: Task,
  overall: Judgement,
  segments: readonly JudgedSegment[],
  words: VerdictWords,
  besideOverall: string,
): string[] {
  const floorOf = ({ status, difference }: Judgement) =>
    status === 'regressed' ? gainOf(task, difference, 'estimate') : 0;
  const isWithin = ({ conditions }: JudgedSlice, { column, value }: Segment) =>
    conditions.some((condition) => condition.column === column && condition.value === value);
  const floors = (slice: JudgedSlice) => [
    floorOf(overall),
    ...segments.filter(({ segment }) => isWithin(slice, segment)).map(({ judgement }) => floorOf(judgement)),
  ];
  const regressed = slices.filter(
    (slice) =>
      slice.judgement.status === 'regressed' &&
      gainOf(task, slice.judgement.difference, 'upper') < Math.min(...floors(slice)),
  );
  const reasons = regressed.slice(0, listedReasons).flatMap((slice) => {
    const { difference } = slice.judgement;
    if (difference === null) return [];
    const weight = slice.trafficShare === null ? '' : `, ${percent(slice.trafficShare, 1)} of traffic`;
    const minute = new Date(slice.found.atMs).toISOString().slice(0, 16).replace('T', ' ');
    const later = slice.counts.pairs.n.toLocaleString('en-US');
    return [
      `${sliceName(slice)}: ${words.worse(difference)}${weight}; found by search on rows before ${minute} UTC, confirmed on ${later} later rows${besideOverall}.`,
    ];
  });
  const more = regressed.length - listedReasons;
  return more > 0 ? [...reasons, `${more} more slices found by search have regressed.`] : reasons;
}

function gainOf(task: Task, difference: Interval | null, end: keyof Interval): number {
  return difference === null ? 0 : asGain(task, difference)[end];
}

function sliceName({ conditions }: Pick<JudgedSlice, 'conditions'>): string {
  return conditions.map(nameOf).join(' and ');
}
