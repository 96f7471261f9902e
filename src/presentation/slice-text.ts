import type { Report, SliceReport } from '../analysis/report/report.ts';
import { signed } from '../analysis/verdict/percent-text.ts';
import { count, minuteOf, share } from './report-text.ts';
import { statusSigns } from './verdict-headline.ts';

/** A page and a comment show so many; further ones are in the JSON, regressed ones come first. */
export const listedSlices = 10;

/** Headings of the columns of `sliceCells`. */
export function sliceHeads({ task }: Report): string[] {
  const difference = task === 'classification' ? 'difference, points' : 'difference';
  return ['slice', 'traffic', 'later rows', 'found on', difference, 'status'];
}

/** What a slice is shown as; the name holds values as clients sent them. */
export function sliceCells({ task }: Report, slice: SliceReport): string[] {
  const text = (value: number) => (task === 'classification' ? signed(value * 100, 1) : signed(value, 3));
  const { difference, gains, losses } = slice;
  return [
    slice.conditions.map(({ column, value }) => `${column}=${value}`).join(' '),
    share(slice.traffic_share),
    count(slice.n),
    minuteOf(slice.found.at),
    difference === null
      ? `${count(gains)} gains, ${count(losses)} losses`
      : `${text(difference.estimate)} [${text(difference.lower)}, ${text(difference.upper)}]`,
    `${statusSigns[slice.status]} ${slice.status}`,
  ];
}
