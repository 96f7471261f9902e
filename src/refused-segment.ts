/**
 * Distinct values of a segment's column before it is refused. With so many the alarm of each needs an e-value of 1000/α,
 * and 10,000 rows of each would be ten million: more values than this are ids, not groups.
 */
export const maxSegmentValues = 1000;

/** A segment that is not recorded or judged any more, and why. */
export interface RefusedSegment {
  readonly column: string;
  readonly sentence: string;
}

export function refusedSegment(column: string): RefusedSegment {
  const most = maxSegmentValues.toLocaleString('en-US');
  return {
    column,
    sentence: `segment ${column} has more than ${most} values, so it is refused: neither recorded nor judged; a segment names a group, such as a country: send ids as entity, give numbers bins, and use another name for what is left`,
  };
}
