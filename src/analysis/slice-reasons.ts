import type { JudgedSlice } from './judged-slice.ts';
import { percent } from './percent-text.ts';
import { listedReasons, nameOf, type VerdictWords } from './verdict-words.ts';

/** A sentence for each regressed slice, of so many as are listed; `besideOverall` is how it compares with all rows. */
export function sliceReasons(
  slices: readonly JudgedSlice[],
  words: VerdictWords,
  besideOverall: string,
): string[] {
  const regressed = slices.filter(({ judgement }) => judgement.status === 'regressed');
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

function sliceName({ conditions }: Pick<JudgedSlice, 'conditions'>): string {
  return conditions.map(nameOf).join(' and ');
}
